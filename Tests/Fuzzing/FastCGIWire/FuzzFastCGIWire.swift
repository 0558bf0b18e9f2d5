/// Feeds any bytes to the receiving side of a connection, whole and cut, and to the reader of name-value pairs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFastCGIWire(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = Received(bytes, cutEvery: max(1, count))
  // The cuts come from the input, so that the fuzzer can move them.
  for size in [1, Int(bytes.last ?? 0) + 1, 8] {
    precondition(Received(bytes, cutEvery: size) == whole, "cuts change what is received")
  }
  readPairs(bytes)
  for parameters in whole.parameters { readPairs(parameters) }
  return 0
}

/// A list that is accepted is the same after it was written and read again.
private func readPairs(_ bytes: [UInt8]) {
  guard let list = ParameterList(bytes) else { return }
  var written: [UInt8] = []
  for pair in list.all {
    written.appendPair(name: Array(pair.name), value: Array(pair.value))
    if let name = String(validating: pair.name, as: UTF8.self), Array(name.utf8) == Array(pair.name) {
      precondition(list.value(of: name) != nil, "a name that is there is not found")
    }
  }
  guard let again = ParameterList(written) else { preconditionFailure("what was written is refused") }
  precondition(again.count == list.count && written.count <= bytes.count)
  precondition(zip(again.all, list.all).allSatisfy { $0.name == $1.name && $0.value == $1.value })
}

/// Everything that a stream comes to, without the places of the cuts.
private struct Received: Equatable {
  var events: [String] = []
  var body: [UInt8] = []
  var parameters: [[UInt8]] = []

  init(_ bytes: [UInt8], cutEvery size: Int) {
    var receiver = RequestReceiver(parameterLimit: 4_096)
    var wasViolated = false
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      var position = 0
      while let action = receiver.next(in: piece.span, at: &position) {
        precondition(!wasViolated, "something after a violation")
        precondition(position <= piece.count)
        switch action {
        case .request(let id, let keeps, let list):
          precondition(list.count <= 4_096)
          events.append("request \(id) \(keeps)")
          parameters.append(list)
        case .body(let range): body += piece[range]
        case .bodyEnded:
          events.append("end at \(body.count)")
          // As a connection does when the answer has been sent.
          precondition(receiver.finishActiveRequest())
        case .abort:
          events.append("abort at \(body.count)")
          precondition(receiver.finishActiveRequest())
        case .reply(let reply, let closes):
          precondition(reply.count >= 8 && reply.count <= 128)
          events.append("reply \(reply) \(closes)")
        case .violation(let what):
          events.append(what)
          wasViolated = true
        }
      }
      precondition(position == piece.count || wasViolated, "input is left")
    }
  }
}
