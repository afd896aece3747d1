public import Strided

// Swift 6.3 parameter packs carry no `inout`, so the verb is written out for one to three fields that are written.

extension HaloPlan {
  /// Calls `kernel` on the interior while messages travel, then on each boundary slab, each cut into slabs for several
  /// threads.
  ///
  /// As ``update(_:width:cells:)``, with the field that the kernel writes handed over, so that no two threads can write one
  /// point: each call gets a view of the points of its own slab and no others, and what it captures must be `Sendable`.
  /// The result is that of one thread to the last bit, since every point is computed once, by the same operations.
  ///
  /// ```swift
  /// func relax(_ u: borrowing Field<Double, 3>, into v: inout MutableFieldView<Double, 3>, over box: Box<3>) { … }
  ///
  /// try halo.update(&old, writing: &new, concurrently: 4) { old, new, box in relax(old, into: &new, over: box) }
  /// ```
  ///
  /// Threads are Dispatch's: never more at once than the process has cores, so start the ranks with as many each
  /// (`mpirun --map-by slot:PE=4 --bind-to core`; by default Open MPI binds each of two ranks to a single core). A box is
  /// cut along the first axis that is long enough, rows last. Dispatch allocates a little for each box; nothing else does.
  ///
  /// - Parameters:
  ///   - a: What is exchanged and read.
  ///   - b: What is written, and exchanged by nobody meanwhile.
  ///   - width: How many points of the halo to fill on each side, as for ``exchange(_:width:)``.
  ///   - threads: The most slabs at once, 1 or more; what one thread does can be asked for with 1.
  ///   - kernel: Called with `a`, with the points of `b` that belong to a box, and with that box.
  /// - Throws: What `kernel` throws, after the exchange has ended (of several errors that of the first slab), or
  ///   `HaloError`.
  public mutating func update<A: HaloState & Sendable & ~Copyable, E: ArrayElement, let R: Int>(
    _ a: inout A, writing b: inout Field<E, R>, width: Int? = nil,
    concurrently threads: Int,
    cells kernel: @Sendable (borrowing A, inout MutableFieldView<E, R>, Box<Rank>) throws -> Void
  ) throws {
    let team = SlabTeam(threads: threads)
    b.checkItRests()
    try update(width, listing: { $0.add(a) }) { box in try team.run(a, b, over: box, kernel) }
  }

  /// As for one field that is written, for two.
  public mutating func update<
    A: HaloState & Sendable & ~Copyable, E: ArrayElement, F: ArrayElement, let R: Int, let S: Int
  >(
    _ a: inout A, writing b: inout Field<E, R>, _ c: inout Field<F, S>, width: Int? = nil,
    concurrently threads: Int,
    cells kernel:
      @Sendable (borrowing A, inout MutableFieldView<E, R>, inout MutableFieldView<F, S>, Box<Rank>) throws
      -> Void
  ) throws {
    let team = SlabTeam(threads: threads)
    b.checkItRests()
    c.checkItRests()
    try update(width, listing: { $0.add(a) }) { box in try team.run(a, b, c, over: box, kernel) }
  }

  /// As for one field that is written, for three.
  public mutating func update<
    A: HaloState & Sendable & ~Copyable, E: ArrayElement, F: ArrayElement, G: ArrayElement, let R: Int,
    let S: Int, let T: Int
  >(
    _ a: inout A, writing b: inout Field<E, R>, _ c: inout Field<F, S>, _ d: inout Field<G, T>,
    width: Int? = nil,
    concurrently threads: Int,
    cells kernel:
      @Sendable (
        borrowing A, inout MutableFieldView<E, R>, inout MutableFieldView<F, S>,
        inout MutableFieldView<G, T>, Box<Rank>
      ) throws -> Void
  ) throws {
    let team = SlabTeam(threads: threads)
    b.checkItRests()
    c.checkItRests()
    d.checkItRests()
    try update(width, listing: { $0.add(a) }) { box in try team.run(a, b, c, d, over: box, kernel) }
  }
}

// Threads may share what is borrowed, not what is `inout`. That each of them holds a view of points of its own is what
// makes it right to take mutable views of a borrowed field.
extension SlabTeam {
  fileprivate func run<A: Sendable & ~Copyable, E: ArrayElement, let R: Int, let Rank: Int>(
    _ a: borrowing A, _ b: borrowing Field<E, R>, over box: Box<Rank>,
    _ kernel: @Sendable (borrowing A, inout MutableFieldView<E, R>, Box<Rank>) throws -> Void
  ) throws {
    try run(over: box, cutAlong: { b.hasAxis(ofGrid: $0) }) { slab in
      var view = unsafe b.slabView(of: slab)
      try kernel(a, &view, slab)
    }
  }

  fileprivate func run<
    A: Sendable & ~Copyable, E: ArrayElement, F: ArrayElement, let R: Int, let S: Int, let Rank: Int
  >(
    _ a: borrowing A, _ b: borrowing Field<E, R>, _ c: borrowing Field<F, S>, over box: Box<Rank>,
    _ kernel:
      @Sendable (borrowing A, inout MutableFieldView<E, R>, inout MutableFieldView<F, S>, Box<Rank>) throws
      -> Void
  ) throws {
    try run(over: box, cutAlong: { b.hasAxis(ofGrid: $0) && c.hasAxis(ofGrid: $0) }) { slab in
      var first = unsafe b.slabView(of: slab)
      var second = unsafe c.slabView(of: slab)
      try kernel(a, &first, &second, slab)
    }
  }

  fileprivate func run<
    A: Sendable & ~Copyable, E: ArrayElement, F: ArrayElement, G: ArrayElement, let R: Int, let S: Int,
    let T: Int, let Rank: Int
  >(
    _ a: borrowing A, _ b: borrowing Field<E, R>, _ c: borrowing Field<F, S>, _ d: borrowing Field<G, T>,
    over box: Box<Rank>,
    _ kernel:
      @Sendable (
        borrowing A, inout MutableFieldView<E, R>, inout MutableFieldView<F, S>,
        inout MutableFieldView<G, T>, Box<Rank>
      ) throws -> Void
  ) throws {
    try run(
      over: box, cutAlong: { b.hasAxis(ofGrid: $0) && c.hasAxis(ofGrid: $0) && d.hasAxis(ofGrid: $0) }
    ) { slab in
      var first = unsafe b.slabView(of: slab)
      var second = unsafe c.slabView(of: slab)
      var third = unsafe d.slabView(of: slab)
      try kernel(a, &first, &second, &third, slab)
    }
  }
}
