internal import CAccelerators

extension DeviceCopyList {
  /// The tables of one launch, in the device's memory.
  struct Launch {
    private let kernel: TransferKernel
    /// Both tables: the regions, then the tiles.
    private let regions: DeviceMemory
    private let tiles: DeviceMemory
    private let tileCount: Int
    /// The list's number of each memory of the launch; none where the table holds addresses.
    private let numbers: [Int]

    /// - Parameters:
    ///   - parts: What one kernel does.
    ///   - places: The device's addresses of the list's memories, if they are to stand in the table.
    init(_ parts: [Part], on device: Device, inMemoriesAt places: [DriverHandle]? = nil) throws(DeviceError) {
      let numbers = places == nil ? Set(parts.flatMap { [$0.source, $0.target] }).sorted() : []
      var regions: [transfer_region] = []
      for part in parts {
        let (source, target) = (
          Self.side(part.source, part.sourceOffset, numbers, places),
          Self.side(part.target, part.targetOffset, numbers, places)
        )
        let box = TransferBox(part.copy, from: source, to: target, numberBytes: part.numberBytes)
        regions += box.split().map { $0.region(for: part) }
      }
      var tiles: [transfer_tile] = []
      for (number, region) in regions.enumerated() {
        for tile in 0..<transfer_tile_count(region.words) {
          tiles.append(transfer_tile(region: UInt32(number), first: tile * UInt32(TRANSFER_TILE_WORDS)))
        }
      }
      kernel = parts.first?.kernel ?? .copying
      self.numbers = numbers
      tileCount = tiles.count
      self.regions = try Self.upload(regions, to: device)
      self.tiles = try Self.upload(tiles, to: device)
    }

    private static func upload<Row: BitwiseCopyable>(
      _ rows: [Row], to device: Device
    ) throws(DeviceError) -> DeviceMemory {
      let memory = try DeviceMemory.allocate(
        byteCount: rows.count * MemoryLayout<Row>.stride, on: device)
      let queue = try device.queue
      var failure: DeviceError?
      unsafe rows.withUnsafeBytes { bytes in
        do throws(DeviceError) {
          try queue.copyAndWait(bytes.count, from: UInt(bitPattern: bytes.baseAddress), to: memory, at: 0)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      return memory
    }

    /// What a launch reads and writes.
    func touched(_ memories: [DeviceMemory]) -> [DeviceMemory] {
      (numbers.isEmpty ? memories : numbers.map { memories[$0] }) + [regions, tiles]
    }

    func run(_ driver: any DeviceDriver, _ memories: [DeviceMemory], on queue: DriverHandle)
      throws(DeviceError)
    {
      guard case .device(let regions, _) = regions.place(at: 0),
        case .device(let tiles, _) = tiles.place(at: 0)
      else { return }
      // As many as any driver takes: TRANSFER_OPENCL_MEMORIES, which no type can name.
      var handles = InlineArray<64, DriverHandle>(repeating: .none)
      for place in numbers.indices { handles[place] = memories[numbers[place]].kernelHandle ?? .none }
      try driver.launch(
        kernel, regions: regions, tiles: tiles, tileCount: tileCount,
        memories: handles.span.extracting(first: numbers.count), on: queue)
    }

    private static func side(
      _ memory: Int, _ offset: Int, _ numbers: [Int], _ places: [DriverHandle]?
    ) -> TransferBox.Side {
      guard let places else {
        return TransferBox.Side(memory: UInt8(numbers.firstIndex(of: memory) ?? 0), offset: offset)
      }
      // The last memory of the launch, which is at address 0.
      return TransferBox.Side(
        memory: UInt8(TRANSFER_MEMORIES - 1), offset: Int(bitPattern: places[memory].bits) + offset)
    }
  }
}
