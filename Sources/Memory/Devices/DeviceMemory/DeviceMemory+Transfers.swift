import Synchronization

extension DeviceMemory {
  /// A transfer that may still be on its way, and the event that stands for it, or for a later point of its queue.
  struct PendingTransfer {
    let event: DeviceEvent
    let queue: DeviceQueue
    /// Done when the queue has done so much work.
    let number: UInt64

    var isDone: Bool { queue.hasCompleted(number) }
  }

  /// The transfers that touch a memory and may still be on their way.
  struct Transfers {
    /// The last of each queue.
    var pending: [PendingTransfer] = []
    /// What failed; the bytes are then not to be relied on.
    var failure: DeviceError?
    /// What was begun behind the memory's back; kept only where that is looked for.
    var untracked: [UntrackedTransfer] = []
  }

  /// Whether a transfer with this memory may still be on its way; asks the driver and does not wait.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public var hasPendingTransfers: Bool {
    get throws(DeviceError) {
      for transfer in transfers.withLock({ $0.pending }) where !transfer.isDone {
        guard try transfer.event.isComplete else { return true }
      }
      return false
    }
  }

  /// Waits until no transfer with this memory is on its way, and for nothing else.
  ///
  /// - Throws: ``DeviceError``: a transfer with this memory failed, now or before.
  public func finalize() throws(DeviceError) {
    while let event = try nextPending() {
      do {
        try event.wait()
      } catch {
        fail(error)
        throw error
      }
    }
  }

  private func nextPending() throws(DeviceError) -> DeviceEvent? {
    try transfers.withLock { transfers throws(DeviceError) in
      if let failure = transfers.failure { throw failure }
      transfers.pending.removeAll { $0.isDone }
      return transfers.pending.first?.event
    }
  }

  /// Sees to it that the processor may touch the bytes: waits for the transfers of them.
  ///
  /// Traps where it never may, and where a transfer failed that nobody asked after.
  package func openToProcessor() {
    guard space.isReachableByProcessor else {
      fatalError(
        "\(byteCount) bytes in \(space) were looked at, which the processor cannot touch: copy them first.")
    }
    requireNoUntrackedTransfer(before: "looked at")
    do {
      try finalize()
    } catch {
      fatalError("Memory was looked at whose transfer failed, \(error): finalizing it throws this before.")
    }
  }

  /// Takes note of a transfer that an event stands for, which may be recorded anew on the same queue alone.
  package func note(_ event: DeviceEvent) {
    guard let (queue, number) = event.recorded else { return }
    let transfer = PendingTransfer(event: event, queue: queue, number: number)
    transfers.withLock { transfers in
      for place in transfers.pending.indices where transfers.pending[place].queue === queue {
        // Another thread may have noted a later one of the queue, which stands for this one too.
        if transfers.pending[place].number <= number { transfers.pending[place] = transfer }
        return
      }
      transfers.pending.append(transfer)
    }
  }

  /// Takes note that what the memory holds is not to be relied on.
  func fail(_ error: DeviceError) {
    transfers.withLock { transfers in
      if transfers.failure == nil { transfers.failure = error }
    }
  }

  /// Waits until nothing is on its way, whatever becomes of it: what failed was reported to whoever asked.
  func waitBeforeFreeing() {
    for transfer in transfers.withLock({ $0.pending }) where !transfer.isDone { try? transfer.event.wait() }
  }

  /// Lets a queue go on only when the transfers of all others with this memory are done.
  package func order(_ queue: DeviceQueue) throws(DeviceError) {
    let pending = transfers.withLock { $0.pending }
    for place in pending.indices {
      let transfer = pending[place]
      guard transfer.queue !== queue, !transfer.isDone else { continue }
      if transfer.event.device === queue.device {
        try queue.order(after: transfer.event)
      } else {
        try transfer.event.wait()
      }
    }
  }

  // MARK: - Transfers that the caller waits for

  /// Takes note of a transfer that only its beginner waits for, where missing waits are looked for.
  ///
  /// - Parameter bytes: Those of the memory that it reads or writes; `nil` for all.
  func noteUntracked(_ call: StaticString, of bytes: Range<Int>? = nil, on queue: DeviceQueue) {
    guard UntrackedTransfer.areChecked else { return }
    let transfer = UntrackedTransfer(
      call: call.description, bytes: bytes ?? 0..<byteCount, queue: queue, number: queue.enqueuedCount)
    transfers.withLock { transfers in
      transfers.untracked.removeAll {
        $0.queue === queue && $0.bytes.clamped(to: transfer.bytes) == $0.bytes
      }
      transfers.untracked.append(transfer)
    }
  }

  /// Traps if a transfer that its beginner had to wait for was not waited for.
  ///
  /// Looks only where the environment variable `HALO_CHECK_TRANSFERS` is 1.
  ///
  /// - Parameters:
  ///   - use: What comes too early.
  ///   - bytes: What is used; `nil` for all.
  package func requireNoUntrackedTransfer(before use: StaticString, of bytes: Range<Int>? = nil) {
    guard UntrackedTransfer.areChecked else { return }
    let missed = transfers.withLock { transfers in
      transfers.untracked.removeAll { $0.queue.hasCompleted($0.number) }
      return transfers.untracked.first { $0.bytes.overlaps(bytes ?? 0..<byteCount) }
    }
    guard let missed else { return }
    fatalError(
      "Memory: \(byteCount) bytes in \(space) were \(use) while \(missed.call) may still be on its way: record an "
        + "event on its queue and wait for it first")
  }
}
