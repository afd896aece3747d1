public import Halo

extension Snapshot {
  /// What is to be written, listed in the closures that a ``Writer`` calls.
  ///
  /// ```swift
  /// try snapshot.write(step: 10, time: 0.5) {
  ///   $0.add(ocean, "height", "east", "north")            // a state of three fields
  ///   $0.add(salt, "salt", attributes: ["units": "g/kg"])
  /// }
  /// ```
  public struct Contents: ~Copyable {
    struct Entry {
      let name: String
      let array: WholeArray
      let extraAxes: [String]
      let attributes: [String: JSONValue]
    }

    struct Coordinate {
      let name: String
      let values: [Double]
      let attributes: [String: JSONValue]
    }

    let grid: any WholeArrayGrid
    private(set) var entries: [Entry] = []
    private(set) var coordinates: [Coordinate] = []
    /// The first thing wrong; told when all ranks can be told.
    private(set) var problem: Problem?

    init(on grid: any WholeArrayGrid) { self.grid = grid }

    /// Adds the fields of a state, each as an array of its own: its owned points of all ranks, without halo.
    ///
    /// Any elements of Zarr's core types: truth values, integers of 8 to 64 bits, floating-point numbers of 16 to 64,
    /// complex ones of 64 and 128. A staggered axis has a point more than cells, unless it closes on itself. Fields of
    /// blocks of a cubed sphere become one array whose first axis are the tiles; list the blocks of the rank together.
    ///
    /// - Parameters:
    ///   - state: A field, an array of shared ones, or a struct of fields.
    ///   - names: How the arrays are called, one a field (one a quantity, where a rank has several blocks); none for the
    ///     names that the fields were made with.
    ///   - extraAxes: Names of the dimensions of axes that are not split, in their order.
    ///   - attributes: What is to be known of each array: units, a long name.
    public mutating func add<State: HaloState & ~Copyable>(
      _ state: borrowing State, _ names: String..., extraAxes: [String] = [],
      attributes: [String: JSONValue] = [:]
    ) {
      do {
        let arrays = try grid.wholeArrays(of: state)
        guard names.isEmpty || names.count == arrays.count else {
          throw Problem(
            .mismatch, "\(arrays.count) fields are listed with \(names.count) names: give one for each")
        }
        for (place, array) in arrays.enumerated() {
          guard let name = names.isEmpty ? array.name : names[place] else {
            throw Problem(.mismatch, "field \(array.label) has no name: give one")
          }
          try Node.check(name: name)
          try checkIsNew(name)
          entries.append(Entry(name: name, array: array, extraAxes: extraAxes, attributes: attributes))
        }
      } catch let error as Problem {
        problem = problem ?? error
      } catch {
        problem = problem ?? Problem(.mismatch, "\(error)")
      }
    }

    /// Adds the places of points along a dimension, such as longitudes: the same on all ranks.
    ///
    /// Python's xarray takes an array that is called as its dimension for the dimension's coordinates.
    ///
    /// - Parameters:
    ///   - name: A dimension.
    ///   - values: As many as arrays have points along it.
    ///   - attributes: What is to be known of it.
    public mutating func add(
      coordinate name: String, _ values: [Double], attributes: [String: JSONValue] = [:]
    ) {
      do {
        try Node.check(name: name)
        try checkIsNew(name)
        coordinates.append(Coordinate(name: name, values: values, attributes: attributes))
      } catch {
        problem = problem ?? error
      }
    }

    private func checkIsNew(_ name: String) throws(Problem) {
      let isTaken = entries.contains { $0.name == name } || coordinates.contains { $0.name == name }
      guard !isTaken, !TimeAxis.names.contains(name) else {
        throw Problem(.mismatch, "\"\(name)\" is the name of two arrays: give another one")
      }
    }

    /// What all ranks must have listed alike.
    var claims: [(name: String, value: String)] {
      entries.flatMap { entry in
        [
          ("the name of an array", entry.name), ("the type of \(entry.name)", "\(entry.array.dtype)"),
          ("the extents of \(entry.name)", "\(entry.array.extents)"),
          ("the order of \(entry.name)", "\(entry.array.order)"),
          ("the axes of \(entry.name)", "\(entry.array.axes.map { $0.map { "\($0)" } ?? "tiles" })"),
        ]
      } + coordinates.map { ("the coordinate \($0.name)", "\($0.values.map(\.bitPattern))") }
    }
  }
}
