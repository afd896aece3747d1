/// Transfers in the order in which they came, linked through themselves, so that none is allocated for.
struct TransferQueue {
  private var first: LocalTransfer?
  private var last: LocalTransfer?

  mutating func append(_ transfer: LocalTransfer) {
    if let last { last.next = transfer } else { first = transfer }
    last = transfer
  }

  /// The first transfer that fits.
  func first(where fits: (LocalTransfer) -> Bool) -> LocalTransfer? {
    var current = first
    while let transfer = current {
      if fits(transfer) { return transfer }
      current = transfer.next
    }
    return nil
  }

  /// Takes out the first transfer that fits.
  mutating func removeFirst(where fits: (LocalTransfer) -> Bool) -> LocalTransfer? {
    var before: LocalTransfer?
    var current = first
    while let transfer = current {
      if fits(transfer) {
        remove(transfer, after: before)
        return transfer
      }
      before = transfer
      current = transfer.next
    }
    return nil
  }

  /// Takes out the transfer with the least figure, of several the first.
  mutating func removeLeast(by figure: (LocalTransfer) -> Int64, upTo limit: Int64) -> LocalTransfer? {
    guard let least = least(by: figure), least <= limit else { return nil }
    return removeFirst { figure($0) == least }
  }

  /// The least figure of all transfers.
  func least(by figure: (LocalTransfer) -> Int64) -> Int64? {
    var least: Int64?
    var current = first
    while let transfer = current {
      least = min(least ?? .max, figure(transfer))
      current = transfer.next
    }
    return least
  }

  /// Takes all transfers out one by one: releasing the first of a long chain would release the rest recursively.
  mutating func removeAll() { while removeFirst(where: { _ in true }) != nil {} }

  private mutating func remove(_ transfer: LocalTransfer, after before: LocalTransfer?) {
    if let before { before.next = transfer.next } else { first = transfer.next }
    if last === transfer { last = before }
    transfer.next = nil
  }
}
