import Memory
import Strided

/// What the cells of fields on a device held that messages fill.
final class DeviceSavedCells: SavedCells {
  private let fields: DeviceFields
  private let queue: DeviceQueue
  private var restoring: DeviceLaunch
  private let saved: DeviceStaging

  /// `nil` if there is no memory to save them in.
  init?(_ program: DeviceProgram) {
    fields = program.fields
    queue = program.queues.own
    let pieces = program.lowered.exchanges.flatMap(\.receives)
    let staging = DeviceStaging(
      sendByteCount: pieces.reduce(0) { $0 + $1.layout.byteCount.roundedToElement }, receiveByteCount: 0,
      on: program.device)
    saved = staging
    var offset = 0
    var saves: [DeviceLaunch.Part] = []
    var restores: [DeviceLaunch.Part] = []
    for piece in pieces {
      let (field, place) = (DeviceLaunch.Side.field(piece.field), DeviceLaunch.Side.staging(.deviceSend))
      saves.append(
        DeviceLaunch.Part(
          copy: .pack(piece.layout).moved(source: 0, destination: offset), source: field, target: place))
      restores.append(
        DeviceLaunch.Part(
          copy: .unpack(piece.layout).moved(source: offset, destination: 0), source: place, target: field))
      offset += piece.layout.byteCount.roundedToElement
    }
    do throws(HaloError) {
      func launch(_ parts: [DeviceLaunch.Part]) throws(HaloError) -> DeviceLaunch {
        try DeviceLaunch(parts, on: program.fields, device: program.device) { _ throws(HaloError) in
          try staging.memory(.deviceSend)
        }
      }
      var saving = try launch(saves)
      restoring = try launch(restores)
      try HaloError.rethrow { () throws(DeviceError) in
        try program.queues.begin(with: fields)
        try saving.run(on: queue, fields)
        try queue.wait()
      }
    } catch {
      return nil
    }
  }

  func restore() throws(HaloError) {
    try HaloError.rethrow { () throws(DeviceError) in
      try restoring.run(on: queue, fields)
      try queue.wait()
    }
  }
}

extension Int {
  /// Bytes up to where any element may begin.
  fileprivate var roundedToElement: Int { (self + 15) / 16 * 16 }
}
