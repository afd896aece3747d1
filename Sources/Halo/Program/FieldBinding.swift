/// Where the fields of a plan lie in each exchange, and what makes the programs that exchange them there.
protocol FieldBinding: AnyObject {
  /// Says which field is meant at a place of the plan's list from the next exchange on.
  ///
  /// - Parameter number: Which of those that take turns there.
  func bind(_ field: FieldStorage, at place: Int, number: Int)

  /// Keeps none of the fields any longer than the exchange that they were bound for.
  func unbind()

  /// Lets every place mean memory that belongs to no field, to measure with.
  func bindScratch() throws(HaloError)

  /// Makes a program that fills halos; as ``HostProgram``.
  func update(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram

  /// Makes a program that fills less, in the memory for messages of the last update, if it is large enough.
  func narrowed(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram

  /// Makes a program that goes the other way, in the memory for messages of the last update.
  func accumulation(
    _ lowered: LoweredLinks, routes: PlannedRoutes, tag: Int
  ) throws(HaloError) -> any ExchangeProgram
}
