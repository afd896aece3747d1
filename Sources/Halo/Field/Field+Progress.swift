extension Field {
  /// Lets the messages move on of the exchange that this field is in; does nothing if it is in none.
  ///
  /// Many MPI libraries move large messages only while the program is inside one of their calls, as Fortran codes know
  /// that call `MPI_Test` between the loops. Call this between rows or planes: what has arrived by then is unpacked, and
  /// an update that has finished before its kernel has nothing to wait for.
  ///
  /// ```swift
  /// func relax(_ u: borrowing Field<Double, 3>, into v: inout Field<Double, 3>, over box: Box<3>) {
  ///   let before = u.view
  ///   for i in box[0] {
  ///     u.progress()
  ///     …
  ///   }
  /// }
  /// ```
  ///
  /// It costs a few nanoseconds: most calls only count. On threads other than the one that has begun the exchange it does
  /// nothing. What fails is thrown by the verb that ends the exchange.
  @inlinable
  public func progress() {
    if unsafe storage.isInFlight { storage.poke() }
  }
}
