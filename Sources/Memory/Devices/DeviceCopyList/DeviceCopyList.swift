internal import CAccelerators
package import Strided
import Synchronization

/// Strided copies between numbered memories of a device, in a form that the device runs in one launch; or passes that
/// combine what they read into what they write, in another.
///
/// Packing several fields for several peers is one list, and so is unpacking: of any shapes, strides and element types.
/// Which memory each number stands for is said when the list is run, so that a simulation that swaps its old and new
/// fields runs the same list.
///
/// No part of a list may write what another of it reads or writes.
package final class DeviceCopyList: Sendable {
  /// One copy of a list, or one pass that combines.
  package struct Part: Hashable, Sendable {
    /// What goes where, counted from two places.
    package let copy: StridedCopy
    /// The number of the memory that is read, and bytes from its first one to the place that the copy counts from.
    package let source: Int
    package let sourceOffset: Int
    /// The number of the memory that is written, and bytes from its first one to the place that the copy counts from.
    package let target: Int
    package let targetOffset: Int
    /// How what is read changes its sign first; `nil` if it does not.
    package let negation: DeviceNegation?
    /// How it is combined into what is written; `nil` if it is copied.
    package let combination: DeviceCombination?

    /// What runs the part.
    var kernel: TransferKernel { combination == nil ? .copying : .combining }

    /// Bytes of a number that must be read as one; `nil` if words are as wide as can be.
    var numberBytes: Int? { combination?.numberBytes ?? negation?.numberBytes }

    /// Makes a part of a list.
    package init(
      _ copy: StridedCopy, source: Int, at sourceOffset: Int = 0, target: Int, at targetOffset: Int = 0,
      negation: DeviceNegation? = nil, combination: DeviceCombination? = nil
    ) {
      self.copy = copy
      self.source = source
      self.sourceOffset = sourceOffset
      self.target = target
      self.targetOffset = targetOffset
      self.negation = negation
      self.combination = combination
    }
  }

  /// The device that can run the list.
  package let device: Device

  /// The bytes that are written in all.
  package let byteCount: Int

  /// How many memories there are: one more than the greatest number.
  package let memoryCount: Int

  /// How many bytes of each memory are reached, counted from its first.
  private let reaches: [Int]
  private let parts: [Part]
  private let launches: [Launch]

  private let launchesByAddress = Mutex(AddressedLaunches())

  /// Lays out the list in the device's memory.
  ///
  /// - Throws: ``DeviceError``: the device has no memory for the list; nothing is kept then.
  /// - Complexity: O(*n*) for *n* regions and tiles of 1024 words; waits for the device.
  package init(_ parts: [Part], on device: Device) throws(DeviceError) {
    let parts = parts.filter { $0.copy.byteCount > 0 }
    self.device = device
    self.parts = parts
    byteCount = parts.reduce(0) { $0 + $1.copy.byteCount }
    memoryCount = parts.reduce(0) { max($0, $1.source + 1, $1.target + 1) }
    var reaches = [Int](repeating: 0, count: memoryCount)
    for part in parts {
      let bounds = part.copy.byteBounds
      reaches[part.source] = max(reaches[part.source], part.sourceOffset + bounds.source.upperBound)
      reaches[part.target] = max(reaches[part.target], part.targetOffset + bounds.destination.upperBound)
      guard part.sourceOffset + bounds.source.lowerBound >= 0,
        part.targetOffset + bounds.destination.lowerBound >= 0
      else { fatalError("Memory: a copy on \(device) begins before its memory does: \(part.copy)") }
      guard part.combination.map(device.has) ?? true else {
        fatalError("Memory: \(device) was asked for a combination that it does not have")
      }
    }
    self.reaches = reaches
    var launches: [Launch] = []
    let memoryLimit = device.driver.memoryLimit
    if memoryCount <= memoryLimit || device.interface == .opencl {
      for group in Self.groups(of: parts, memoryLimit) { launches.append(try Launch(group, on: device)) }
    }
    self.launches = launches
  }

  /// The parts in as few groups as can be, each of one kernel and of no more memories than a launch takes.
  private static func groups(of parts: [Part], _ memoryLimit: Int) -> [[Part]] {
    var groups: [(parts: [Part], memories: Set<Int>)] = []
    for part in parts {
      let place = groups.firstIndex {
        $0.parts[0].kernel == part.kernel
          && $0.memories.union([part.source, part.target]).count <= memoryLimit
      }
      if let place {
        groups[place].parts.append(part)
        groups[place].memories.formUnion([part.source, part.target])
      } else {
        groups.append(([part], [part.source, part.target]))
      }
    }
    return groups.map(\.parts)
  }

  /// The launches that run the list on these memories: one for each kernel, but for more than 64 memories on OpenCL.
  ///
  /// - Parameter queue: What is to run them untold; `nil` if the tables' memory learns of it.
  func launches(on memories: [DeviceMemory], for queue: DeviceQueue? = nil) throws(DeviceError) -> [Launch] {
    try check(memories)
    // The words of a table of numbers are those that offsets allow, which the memory's address must then allow too.
    guard launches.isEmpty || !areAlignedForAllWords(memories), !parts.isEmpty else { return launches }
    if let known = launchesByAddress.withLock({ $0.launches(on: memories, for: queue) }) { return known }
    let places = memories.map { $0.kernelHandle ?? .none }
    var made: [Launch] = []
    for kernel in TransferKernel.allCases {
      let parts = parts.filter { $0.kernel == kernel }
      if !parts.isEmpty { made.append(try Launch(parts, on: device, inMemoriesAt: places)) }
    }
    let forgotten = launchesByAddress.withLock { $0.keep(made, on: memories, for: queue) }
    try forgotten?.wait()
    return made
  }

  private func areAlignedForAllWords(_ memories: [DeviceMemory]) -> Bool {
    for place in memories.indices where !memories[place].isAlignedForAllWords { return false }
    return true
  }

  private func check(_ memories: [DeviceMemory]) throws(DeviceError) {
    guard memories.count >= memoryCount else {
      fatalError("Memory: a list of copies between \(memoryCount) memories was given \(memories.count)")
    }
    for number in reaches.indices {
      let (memory, reach) = (memories[number], reaches[number])
      guard memory.device === device else {
        fatalError("Memory: a list of copies on \(device) was given \(memory.space)")
      }
      guard reach <= memory.byteCount else {
        fatalError(
          "Memory: a list of copies reaches \(reach) bytes of memory \(number), which has \(memory.byteCount)"
        )
      }
      guard memory.kernelHandle != nil else {
        throw DeviceError(
          device: device.description,
          reason: .mismatch(
            "memory \(number) of a list of copies", expected: "memory that kernels of the device reach",
            found: "\(memory.space)"))
      }
    }
  }
}

extension DeviceQueue {
  /// Runs a list of copies; returns at once, and the memories know of it.
  ///
  /// - Parameters:
  ///   - list: What to copy.
  ///   - memories: The memories that its numbers stand for. Traps if the list reaches beyond one of them.
  /// - Throws: ``DeviceError``: a memory that the device's kernels do not reach, a driver that refuses.
  package func run(_ list: DeviceCopyList, on memories: [DeviceMemory]) throws(DeviceError) {
    for launch in try list.launches(on: memories) {
      try begin(launch.touched(memories)) { driver, queue throws(DeviceError) in
        try launch.run(driver, memories, on: queue)
      }
    }
  }

  /// Runs a list of copies that nobody but the caller knows of: it orders the queue after what it must come after,
  /// records an event on the queue and waits for it before anything else looks at the memories.
  ///
  /// Costs one launch and no event.
  ///
  /// - Throws: ``DeviceError``: a memory that the device's kernels do not reach, a driver that refuses.
  package func runUntracked(_ list: DeviceCopyList, on memories: [DeviceMemory]) throws(DeviceError) {
    let launches = try list.launches(on: memories, for: self)
    for place in launches.indices {
      try beginUntracked { driver, queue throws(DeviceError) in
        try launches[place].run(driver, memories, on: queue)
      }
    }
    for place in memories.indices { memories[place].noteUntracked("a launch of copies", on: self) }
  }

  /// Copies bytes that nobody but the caller knows of; as ``runUntracked(_:on:)``.
  package func copyUntracked(
    byteCount: Int, from source: DeviceMemory, at sourceOffset: Int, to target: DeviceMemory,
    at targetOffset: Int
  ) throws(DeviceError) {
    source.requireBytes(sourceOffset, byteCount)
    target.requireBytes(targetOffset, byteCount)
    // Drivers may refuse to copy nothing.
    guard byteCount > 0 else { return }
    try beginUntracked { driver, queue throws(DeviceError) in
      try driver.copy(
        byteCount: byteCount, from: source.place(at: sourceOffset), to: target.place(at: targetOffset),
        on: queue)
    }
    source.noteUntracked("a copy", of: sourceOffset..<sourceOffset + byteCount, on: self)
    target.noteUntracked("a copy", of: targetOffset..<targetOffset + byteCount, on: self)
  }
}
