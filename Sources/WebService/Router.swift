internal import HTTPSemantics

/// Finds the route of a request.
struct Router: Sendable {
  let routes: [Route]

  enum Decision {
    case route(index: Int, captures: [String: String])
    case wrongMethod([HTTPMethod])
    case none
  }

  func find(_ method: HTTPMethod, _ path: [[UInt8]]) -> Decision {
    var allowed: [HTTPMethod] = []
    for index in routes.indices {
      let route = routes[index]
      guard let captures = route.signature.pattern.match(path) else { continue }
      if route.signature.methods.contains(method) { return .route(index: index, captures: captures) }
      allowed += route.signature.methods
    }
    return allowed.isEmpty ? .none : .wrongMethod(allowed)
  }
}
