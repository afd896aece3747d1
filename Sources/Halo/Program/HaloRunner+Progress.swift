import Glibc
import MPI

extension HaloRunner {
  /// Looks after the messages of the exchange in flight now and then, from the thread that has begun it.
  ///
  /// On another thread it does nothing: MPI is told that the program's threads take turns. What fails is thrown
  /// where the exchange ends.
  func poke() {
    guard pthread_self() == thread, pace.isDue(), failure == nil else { return }
    moveOn()
    pace.hasLooked()
  }

  /// As ``poke()``, whenever this rank waits for anything else.
  func moveOn() {
    guard pthread_self() == thread, failure == nil else { return }
    do throws(HaloError) { try progress() } catch { failure = error }
  }
}
