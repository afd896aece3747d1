/// What was measured of the updates by one route.
struct RouteFigures {
  let route: RouteChoice
  /// Microseconds of the slowest rank.
  let update: Spread
  /// Microseconds until an update on a device is under way; `nil` in the processor's memory.
  let start: Spread?
  /// Those of all ranks; they count on rank 0.
  let connections: [Connection]
}
