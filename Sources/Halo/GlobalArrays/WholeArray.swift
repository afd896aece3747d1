import MPI
package import Strided
import Topology

/// A quantity of all ranks and their blocks as one array, for what writes or reads such arrays in pieces of its own.
package struct WholeArray {
  /// How errors call the field.
  package let label: String
  /// The name that the field was given.
  package let name: String?
  package let dtype: DType
  /// What the axes are; those in front that no field has, such as the tiles of a sphere, are `nil`.
  package let axes: [FieldAxis?]
  /// Points along each axis.
  package let extents: [Int]
  /// Into how many parts each axis is split.
  package let parts: [Int]
  /// Which axis of a field is contiguous in memory.
  package let order: Layout.Order
  /// What of the array each rank has.
  package let pieces: (_ rank: Int, GlobalShare) -> [GlobalPiece]
  /// The rank that owns a point of the array.
  package let owner: (_ point: [Int]) -> Int
  let fields: [FieldStorage?]

  /// The first owned point of the field of a piece of this rank.
  package func origin(of piece: GlobalPiece) -> UnsafeMutableRawPointer {
    guard let field = fields[piece.field] else { fatalError("Halo: a piece of a field that is not there") }
    return unsafe field.origin
  }

  /// The part of a piece of this rank that lies in a box of the array, in bytes from the field's first owned point.
  package func layout(of piece: GlobalPiece, in box: [Range<Int>]) -> Layout {
    guard let field = fields[piece.field] else { fatalError("Halo: a piece of a field that is not there") }
    let lead = piece.global.count - piece.own.count
    return field.descriptor.layout(
      of: piece.own.indices.map { axis in
        box[lead + axis].shifted(by: piece.own[axis].lowerBound - piece.global[lead + axis].lowerBound)
      })
  }

  /// Traps if an exchange that is in flight fills the field.
  package func requireQuiet() {
    for field in fields {
      guard let field, unsafe field.isInFlight else { continue }
      fatalError("Halo: field \(label) is in an exchange: fill it before or after")
    }
  }
}

/// A grid whose fields can be seen as whole arrays.
package protocol WholeArrayGrid: HaloGrid {
  /// The quantities of a state as arrays, in their order, each of all blocks.
  ///
  /// - Throws: `HaloError` if a field is not one on this grid, is absent, or is listed in part.
  func wholeArrays<State: HaloState & ~Copyable>(of state: borrowing State) throws(HaloError) -> [WholeArray]
}

extension HaloGrid {
  /// The fields of a state, checked.
  fileprivate func wholeFields<State: HaloState & ~Copyable>(
    of state: borrowing State
  ) throws(HaloError) -> (fields: PlannedFields, descriptors: [FieldDescriptor], storages: [FieldStorage?]) {
    var list = FieldList()
    list.add(state)
    let fields = PlannedFields(list)
    try fields.check(on: self)
    var descriptors: [FieldDescriptor] = []
    for (place, descriptor) in fields.descriptors.enumerated() {
      guard let descriptor, descriptor.components == nil else {
        throw .fieldMismatch(
          FieldMismatch(
            rank: communicator.rank, peer: nil, field: fields.labels[place], property: "presence",
            expected: "all of a field", found: descriptor == nil ? "nil" : "some components",
            advice: "list whole fields"))
      }
      descriptors.append(descriptor)
    }
    return (fields, descriptors, list.storages)
  }
}

extension CartesianGrid: WholeArrayGrid {
  package func wholeArrays<State: HaloState & ~Copyable>(
    of state: borrowing State
  ) throws(HaloError) -> [WholeArray] {
    let (fields, descriptors, storages) = try wholeFields(of: state)
    return descriptors.enumerated().map { place, descriptor in
      WholeArray(
        label: fields.labels[place], name: storages[place]?.name, dtype: descriptor.dtype,
        axes: descriptor.axes, extents: descriptor.globalExtents(of: block, includingHalo: false),
        parts: descriptor.axes.map { $0.gridAxis.map { processGrid[$0] } ?? 1 }, order: descriptor.order,
        pieces: { rank, share in
          descriptor.globalBoxes(over: block(of: rank), share, includingHalo: false).map {
            GlobalPiece(field: place, array: 0, own: $0.own, global: $0.global)
          }
        },
        owner: { point in
          var places = [Int](repeating: 0, count: axisCount)
          for (axis, index) in zip(descriptor.axes, point) {
            if let gridAxis = axis.gridAxis { places[gridAxis] = topology.place(of: index, along: gridAxis) }
          }
          return topology.rank(at: places) ?? 0
        }, fields: storages)
    }
  }
}

extension CubedSphereGrid: WholeArrayGrid {
  package func wholeArrays<State: HaloState & ~Copyable>(
    of state: borrowing State
  ) throws(HaloError) -> [WholeArray] {
    let (fields, descriptors, storages) = try wholeFields(of: state)
    if let failure = missingBlocks(of: fields) { throw failure }
    let first = descriptors.indices.filter { descriptors[$0].block == 0 }
    return first.enumerated().map { quantity, place in
      let descriptor = descriptors[place]
      let places = descriptors.indices.filter { fields.quantities[$0] == quantity }
      // Of this rank's blocks; those of others need no place.
      let place = Dictionary(uniqueKeysWithValues: places.map { (descriptors[$0].block, $0) })
      return WholeArray(
        label: fields.labels[first[quantity]], name: storages[first[quantity]]?.name, dtype: descriptor.dtype,
        axes: [nil] + descriptor.axes,
        extents: globalExtents(of: descriptor),
        parts: [CubedSphereTopology.tileCount]
          + descriptor.axes.map { $0.gridAxis.map { topology.layout[$0] } ?? 1 },
        order: descriptor.order,
        pieces: { rank, share in
          topology.blocks(of: rank).enumerated().flatMap { block, number in
            pieces(of: descriptor, ofBlock: number, field: place[block] ?? 0, array: 0, share)
          }
        },
        owner: { point in
          var places = [0, 0]
          for (axis, index) in zip(descriptor.axes, point.dropFirst()) {
            if let gridAxis = axis.gridAxis {
              places[gridAxis] = topology.tile.place(of: index, along: gridAxis)
            }
          }
          let block = point[0] * topology.blocksPerTile + (topology.tile.rank(at: places) ?? 0)
          return topology.owner(ofBlock: block).rank
        }, fields: storages)
    }
  }
}

extension FieldDescriptor {
  fileprivate var order: Layout.Order { rowAxis == extents.count - 1 ? .c : .fortran }
}
