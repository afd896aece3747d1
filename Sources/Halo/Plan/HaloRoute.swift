/// The way that values take from one rank to another in an update.
///
/// Every way leaves the same halo, to the last bit. Which one is fastest depends on the machine and on the boxes, so
/// that a plan measures them when it is built, unless it is told which to take. `window`, `windowPacked`, `packed` and
/// `datatype` are for fields in the process's memory, `oneShot`, `staged`, `direct` and `peer` for fields on a device.
public enum HaloRoute: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Copied once, by the receiver, out of the sender's field into its own: between ranks of one node whose fields lie
  /// in memory that both reach.
  case window
  /// Packed by the sender into memory that the receiver reaches, and unpacked from there.
  case windowPacked = "window-packed"
  /// Packed into one message, sent by MPI, unpacked.
  case packed
  /// Sent by MPI as one message of derived datatypes, which MPI packs and unpacks itself or does not.
  case datatype
  /// Copied from one place to another of the same rank; no message.
  case local
  /// Packed by the device straight into pinned memory of the process, sent by MPI from there, and unpacked by the
  /// receiver's device out of such memory: where kernels reach it.
  case oneShot = "one-shot"
  /// Packed in the device's memory, copied to pinned memory, sent by MPI, copied to the receiver's device, unpacked.
  case staged
  /// Packed in the device's memory and sent from there by an MPI library that can, which `HALO_MPI_GPU_AWARE` says if the
  /// library does not.
  case direct
  /// Packed in the device's memory, and unpacked by the receiver's device out of there: between ranks of one node
  /// whose driver lets one process reach what another has allocated.
  case peer

  /// Its name.
  public var description: String { rawValue }

  /// Whether it goes through memory that both ranks reach.
  var usesSharedMemory: Bool { self == .window || self == .windowPacked }

  /// Whether what goes this way goes in messages of MPI.
  var isCarriedByMPI: Bool {
    switch self {
    case .packed, .datatype, .oneShot, .staged, .direct: true
    case .window, .windowPacked, .local, .peer: false
    }
  }

  /// Whether messages between fields on a device can take it: ``oneShot``, ``staged``, ``direct`` and ``peer``.
  public var isForDevices: Bool {
    switch self {
    case .oneShot, .staged, .direct, .peer: true
    case .window, .windowPacked, .packed, .datatype, .local: false
    }
  }
}
