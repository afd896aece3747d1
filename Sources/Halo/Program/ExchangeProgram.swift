import MPI

/// What runs one exchange of the fields that are bound: of fields in the process's memory, or of fields on a device.
protocol ExchangeProgram: AnyObject {
  /// Starts what can be started without waiting.
  func begin() throws(HaloError)

  /// Does what can be done without waiting; whether the exchange is over.
  func progress() throws(HaloError) -> Bool

  /// Goes on until the exchange is over.
  func finish() throws(HaloError)

  /// Tells the peers that look into this rank's memory that this exchange will not end.
  func giveUpInMemory()

  /// The peers whose messages have not come or not gone.
  var unfinishedPeers: [Int] { get }

  /// Keeps none of the fields any longer than the exchange that has ended.
  func forgetFields()

  /// Counts the exchange that has ended.
  func record(with stopwatches: PlanStopwatches)
}

/// What fills halos: its routes can be chosen, and people be told of them.
protocol UpdateProgram: ExchangeProgram {
  var communicator: Communicator { get }

  /// How often a wait on the communicator looks before its thread sleeps; `nil` where it never sleeps.
  var looksBeforeSleep: Int? { get }

  /// The memory that this rank shares with others of its node.
  var memory: NodeMemory { get }

  /// The links that it was made from; one message for each of their exchanges.
  var lowered: LoweredLinks { get }

  /// Whether a message has not come or not gone.
  func isPending(_ message: Int) -> Bool

  /// The way that a message takes, both to the peer and from it.
  func route(ofMessage index: Int) -> HaloRoute

  /// Whether all messages to and from a peer can go a way, and there is the memory for it.
  func canUse(_ route: HaloRoute, to peer: Int) -> Bool

  /// Lets the messages to and from a peer go another way from the next exchange on; both ends must do so.
  func setRoute(_ route: HaloRoute, to peer: Int) throws(HaloError)

  /// Allocates what the next exchange needs where messages go the ways they do now.
  func prepare() throws(HaloError)

  /// Exchanges the messages with one peer alone, of all phases at once: to measure how long they take.
  func exchange(with peer: Int) throws(HaloError)

  /// Waits for what an exchange that is over has left a device to do.
  func waitForDevice() throws(HaloError)

  /// What the cells hold that messages fill; `nil` where there is no memory to keep it in.
  func savedCells() -> (any SavedCells)?
}

/// What the cells held that messages fill, before messages were tried out.
protocol SavedCells {
  /// Puts it back.
  func restore() throws(HaloError)
}
