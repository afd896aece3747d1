public import Strided

extension Field {
  /// A box of the field as a strided array: to stage, to send, to copy.
  ///
  /// ```swift
  /// try withSendBuffer(field.strided(field.owned)) { try world.send($0, to: 0) }
  /// ```
  ///
  /// - Precondition: The box lies in the field and its halo; in its owned cells while an exchange is in flight.
  @_lifetime(borrow self)
  public func strided(_ box: Box<Rank>) -> StridedView<Element> {
    let layout = layout(of: box, within: view.reach, writing: false)
    let array = unsafe StridedView<Element>(unsafeStart: UnsafePointer(origin), layout: layout)
    return unsafe _overrideLifetime(array, borrowing: self)
  }

  /// A box of the field as a strided array that can be written: to receive into, to unstage.
  ///
  /// - Precondition: The box lies in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  @_lifetime(&self)
  public mutating func mutableStrided(_ box: Box<Rank>) -> MutableStridedView<Element> {
    let reach = mutableView.reach
    let layout = layout(of: box, within: reach, writing: true)
    let array = unsafe MutableStridedView<Element>(unsafeStart: origin, layout: layout)
    return unsafe _overrideLifetime(array, mutating: &self)
  }

  private func layout(of box: Box<Rank>, within reach: Box<Rank>, writing: Bool) -> Layout {
    for axis in 0..<Rank where box.lower[axis] < reach.lower[axis] || box.upper[axis] > reach.upper[axis] {
      unsafe refuse(
        (0..<Rank).map { "\(box.lower[$0])..<\(box.upper[$0])" }, reach: reach, writing: writing,
        limit: ReachLimit(isInFlight: storage.isInFlight))
    }
    return storage.descriptor.layout(of: (0..<Rank).map { box[$0] })
  }
}
