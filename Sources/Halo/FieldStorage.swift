import Memory
import Synchronization

/// The part of a field that lives on the heap, the same type for every element and rank.
///
/// It is freed when neither the field nor a plan in flight holds it.
@usableFromInline
@safe
final class FieldStorage: @unchecked Sendable {
  /// Looked at when a row or a view is made.
  ///
  /// Never two threads' to change: a plan sets and clears it while it holds the field exclusively, which is also
  /// why checking exclusivity again here would only cost time.
  @exclusivity(unchecked) @usableFromInline var isInFlight = false

  /// The plan in flight with the field; looked at only while one is, and set and cleared as that flag is.
  @exclusivity(unchecked) unowned(unsafe) var runner: HaloRunner?

  let descriptor: FieldDescriptor
  /// From 1 on; no two fields of a process have the same, not even one after the other.
  let serial = fieldsMade.add(1, ordering: .relaxed).newValue
  let name: String?
  /// The first owned cell.
  let origin: UnsafeMutableRawPointer
  private let allocation: Allocation
  private let shape: UnsafeMutableRawPointer

  @unsafe
  init(
    descriptor: FieldDescriptor, name: String?, allocation: consuming Allocation,
    origin: UnsafeMutableRawPointer, shape: UnsafeMutableRawPointer
  ) {
    self.descriptor = descriptor
    self.name = name
    unsafe self.origin = origin
    self.allocation = allocation
    unsafe self.shape = shape
  }

  /// Lets the messages of the exchange in flight move on.
  @usableFromInline
  func poke() { unsafe runner?.poke() }

  deinit {
    unsafe shape.deallocate()
  }
}

/// A field's shape with its rank in the type, at the end of a pointer.
///
/// Not stored in the field itself: Swift 6.3 takes a noncopyable struct that holds an `InlineArray` to be
/// address-only, and does not then see that a span of it outlives it.
@usableFromInline
@frozen
struct FieldShape<let Rank: Int>: BitwiseCopyable {
  /// What may be touched when, so that an access selects a box by a number and not by copying one of two.
  @usableFromInline let reaches: InlineArray<3, Box<Rank>>
  /// Elements from one cell to the next of each axis.
  @usableFromInline let strides: InlineArray<Rank, Int>
  /// The global index of the first owned cell.
  @usableFromInline let globalOrigin: InlineArray<Rank, Int>

  @usableFromInline
  init(
    allocated: Box<Rank>, owned: Box<Rank>, quiet: Box<Rank>, strides: InlineArray<Rank, Int>,
    globalOrigin: InlineArray<Rank, Int>
  ) {
    reaches = [allocated, owned, quiet]
    self.strides = strides
    self.globalOrigin = globalOrigin
  }

  /// Every cell, halo included.
  @inlinable var allocated: Box<Rank> { reaches[0] }
  /// Every owned cell: what may be read in flight.
  @inlinable var owned: Box<Rank> { reaches[1] }
  /// The cells that no message of an exchange carries: what may be written in flight.
  @inlinable var quiet: Box<Rank> { reaches[2] }
}

private let fieldsMade = Atomic<UInt64>(0)
