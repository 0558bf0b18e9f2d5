import FastCGIWire

/// Records as a web server would write them, byte by byte.
enum WireBytes {
  /// A record; its padding is not zero, to be seen if it ever gets through.
  static func record(_ type: RecordType, _ content: [UInt8] = [], id: UInt16 = 1, padding: Int = 0) -> [UInt8] {
    [
      1, type.rawValue, UInt8(id >> 8), UInt8(id & 0xFF), UInt8(content.count >> 8), UInt8(content.count & 0xFF),
      UInt8(padding), 0,
    ] + content + [UInt8](repeating: 0xEE, count: padding)
  }

  static func begin(role: UInt16 = 1, keeps: Bool = true, id: UInt16 = 1) -> [UInt8] {
    record(.beginRequest, [UInt8(role >> 8), UInt8(role & 0xFF), keeps ? 1 : 0, 0, 0, 0, 0, 0], id: id)
  }

  static func pairs(_ values: KeyValuePairs<String, String>) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in values { bytes.appendPair(name: Array(name.utf8), value: Array(value.utf8)) }
    return bytes
  }

  /// A whole request: its streams in records of at most `chunk` bytes, each ended by an empty record.
  static func request(
    _ parameters: [UInt8] = pairs(["REQUEST_METHOD": "GET"]), body: [UInt8] = [], id: UInt16 = 1, keeps: Bool = true,
    padding: Int = 0, chunk: Int = 65_535
  ) -> [UInt8] {
    begin(keeps: keeps, id: id) + stream(.parameters, parameters, id, padding, chunk)
      + stream(.standardInput, body, id, padding, chunk)
  }

  private static func stream(
    _ type: RecordType, _ content: [UInt8], _ id: UInt16, _ padding: Int, _ chunk: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: chunk) {
      bytes += record(type, Array(content[start..<min(start + chunk, content.count)]), id: id, padding: padding)
    }
    return bytes + record(type, id: id, padding: padding)
  }
}

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
