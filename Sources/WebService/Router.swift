internal import HTTPSemantics

/// Finds the route of a request.
struct Router: Sendable {
  let routes: [Route]
  /// The places of the routes with so many segments, in the order of the table.
  private let places: [[Int]]

  enum Decision {
    case route(index: Int, captures: [String: String])
    case wrongMethod([HTTPMethod])
    case none
  }

  init(routes: [Route]) {
    self.routes = routes
    var places: [[Int]] = []
    for (index, route) in routes.enumerated() {
      let count = route.signature.pattern.segmentCount
      while places.count <= count { places.append([]) }
      places[count].append(index)
    }
    self.places = places
  }

  func find(_ method: HTTPMethod, _ path: [[UInt8]]) -> Decision {
    guard path.count < places.count else { return .none }
    var allowed: [HTTPMethod] = []
    for index in places[path.count] {
      guard let captures = routes[index].signature.pattern.match(path) else { continue }
      let methods = routes[index].signature.methods
      if methods.contains(method) { return .route(index: index, captures: captures) }
      for other in methods where !allowed.contains(other) { allowed.append(other) }
    }
    return allowed.isEmpty ? .none : .wrongMethod(allowed)
  }
}
