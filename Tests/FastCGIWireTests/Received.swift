import FastCGIWire

/// What a receiver makes of bytes, with the pieces of the body joined: it must not depend on where the bytes are cut.
enum Received: Equatable {
  case request(id: UInt16, keepsConnection: Bool, parameters: [UInt8])
  case body([UInt8])
  case bodyEnded
  case abort
  case reply([UInt8], closes: Bool)
  case violation(String)

  /// Feeds the pieces one after the other.
  static func from(_ pieces: [ArraySlice<UInt8>], _ receiver: inout RequestReceiver) -> [Received] {
    var results: [Received] = []
    for piece in pieces {
      let bytes = Array(piece)
      var position = 0
      while let action = receiver.next(in: bytes.span, at: &position) { add(action, bytes, &results) }
    }
    return results
  }

  static func from(_ bytes: [UInt8], parameterLimit: Int = 131_072) -> [Received] {
    var receiver = RequestReceiver(parameterLimit: parameterLimit)
    return from([bytes[...]], &receiver)
  }

  private static func add(_ action: RequestReceiver.Action, _ bytes: [UInt8], _ results: inout [Received]) {
    switch action {
    case .request(let id, let keeps, let parameters):
      results.append(.request(id: id, keepsConnection: keeps, parameters: parameters))
    case .body(let range):
      if case .body(let before)? = results.last {
        results[results.count - 1] = .body(before + bytes[range])
      } else {
        results.append(.body(Array(bytes[range])))
      }
    case .bodyEnded: results.append(.bodyEnded)
    case .abort: results.append(.abort)
    case .reply(let reply, let closes): results.append(.reply(reply, closes: closes))
    case .violation(let what): results.append(.violation(what))
    }
  }
}
