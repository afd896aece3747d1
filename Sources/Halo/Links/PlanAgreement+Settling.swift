import MPI

extension PlanAgreement {
  /// What `body` makes, once all ranks have made it; collective.
  ///
  /// - Throws: As ``settle(_:over:)``, on every rank if `body` throws on one.
  func settling<Made>(
    over communicator: Communicator, _ body: () throws(HaloError) -> Made
  ) throws(HaloError) -> Made {
    let made: Made
    do throws(HaloError) { made = try body() } catch {
      try settle(error, over: communicator)
      throw error
    }
    try settle(nil, over: communicator)
    return made
  }
}
