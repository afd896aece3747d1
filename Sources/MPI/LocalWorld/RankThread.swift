internal import Glibc

/// The thread of one rank.
///
/// It runs tasks, so that what a task knows of its surroundings reaches the ranks: which test it is part of, for
/// instance. They may block.
final class RankThread: TaskExecutor, @unchecked Sendable {
  private let lock = Lock()
  private var jobs: [UnownedJob] = []
  private var isStopped = false
  private var thread: pthread_t = 0

  init(rank: Int) {
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context {
          unsafe Unmanaged<RankThread>.fromOpaque(context).takeRetainedValue().work()
        }
        return nil
      }, context)
    guard code == 0 else {
      fatalError("the thread of rank \(rank) cannot be started: \(unsafe String(cString: strerror(code)))")
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    lock.withLock {
      jobs.append(job)
      lock.wakeAll()
    }
  }

  /// Waits until the thread has done all its jobs and ended.
  func stop() {
    lock.withLock {
      isStopped = true
      lock.wakeAll()
    }
    pthread_join(thread, nil)
  }

  private func work() {
    while let job = nextJob() { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  private func nextJob() -> UnownedJob? {
    lock.withLock {
      while jobs.isEmpty && !isStopped { lock.wait() }
      return jobs.isEmpty ? nil : jobs.removeFirst()
    }
  }
}
