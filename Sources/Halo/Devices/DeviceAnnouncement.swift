import Memory

/// What the sender of a message tells its receiver once: where its flags lie in the memory that both reach, and where it
/// is packed in the memory of the sender's device.
struct DeviceAnnouncement {
  /// The flags' place; -1 if nothing is offered.
  let flags: Int
  /// The message's first byte in the memory, and the bytes of all of that.
  let offset: Int
  private let byteCount: Int
  /// How a driver lets another process reach the memory.
  private let handle: [Int]
  /// What the receiver, in the same process, is to keep as long as it unpacks messages of it.
  private let owner: Int

  /// Whether the receiver may be able to unpack the message where it is.
  var isOffer: Bool { flags >= 0 }

  /// Says that the message comes by MPI alone.
  static var nothing: DeviceAnnouncement {
    DeviceAnnouncement(flags: -1, offset: 0, byteCount: 0, handle: nil, owner: nil)
  }

  init(flags: Int, offset: Int, byteCount: Int, handle: DeviceMemoryHandle?, owner: DeviceOffer?) {
    (self.flags, self.offset, self.byteCount) = (flags, offset, byteCount)
    self.handle = handle?.words ?? DeviceMemoryHandle.noWords
    self.owner = owner.map { unsafe Int(bitPattern: Unmanaged.passRetained($0).toOpaque()) } ?? 0
  }

  /// What is to be kept; to be asked for once.
  func takeOwner() -> DeviceOffer? {
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: owner) else { return nil }
    return unsafe Unmanaged<DeviceOffer>.fromOpaque(pointer).takeRetainedValue()
  }

  /// The memory that the message is packed in; `nil` if the receiver's device does not reach it.
  func opened(on device: Device?, of owner: DeviceOffer?) -> DeviceMemory? {
    guard let device else { return nil }
    if let owner { return owner.packed.device == device ? owner.packed : nil }
    do throws(DeviceError) {
      return try DeviceMemory.opening(
        DeviceMemoryHandle(words: handle[...]), byteCount: byteCount, on: device)
    } catch {
      return nil
    }
  }
}

// MARK: - As numbers

extension DeviceAnnouncement {
  private static let wordsBeforeHandle = 4

  static let wordCount = wordsBeforeHandle + DeviceMemoryHandle.wordCount

  var words: [Int] { [flags, offset, byteCount, owner] + handle }

  init(words: ArraySlice<Int>) {
    let head = Array(words.prefix(Self.wordsBeforeHandle))
    (flags, offset, byteCount, owner) = (head[0], head[1], head[2], head[3])
    handle = Array(words.dropFirst(Self.wordsBeforeHandle))
  }
}
