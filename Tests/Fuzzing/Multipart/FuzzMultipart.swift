@testable import HTTPSemantics

/// Feeds any bytes to the parser, whole and in pieces, and checks what must hold of the parts that it finds.
///
/// The first byte chooses the boundary, the second the size of the pieces; the rest is the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard bytes.count >= 2 else { return 0 }
  let boundaries = ["X", "--", "a-a", "----WebKitFormBoundary7MA4YWxk", String(repeating: "-", count: 70)]
  let boundary = boundaries[Int(bytes[0]) % boundaries.count]
  let body = Array(bytes[2...])

  let whole = parse(body, boundary: boundary, pieceSize: max(1, body.count))
  precondition(whole == parse(body, boundary: boundary, pieceSize: 1 + Int(bytes[1]) % 61), "pieces change the outcome")
  precondition(whole.isFinished == (whole.error == nil), "neither finished nor refused")

  // Each part's content stands in the body, after that of the part before, and runs just up to the next delimiter.
  let delimiter = Array("\r\n--\(boundary)".utf8)
  var rest = body[...]
  for part in whole.parts where part.isEnded {
    precondition(find(delimiter, in: part.content[...]) == nil, "a delimiter passes for content")
    let framed = part.content.isEmpty ? Array(delimiter.dropFirst(2)) : part.content + delimiter
    guard let found = find(framed, in: rest) else { preconditionFailure("content that is not in the body") }
    rest = rest[(found + part.content.count)...]
  }
  return 0
}

private struct Outcome: Equatable {
  struct Part: Equatable {
    var headers: PartHeaders
    var content: [UInt8] = []
    var isEnded = false
  }

  var parts: [Part] = []
  var isFinished = false
  var error: MultipartError?
}

private func parse(_ body: [UInt8], boundary: String, pieceSize: Int) -> Outcome {
  var outcome = Outcome()
  var events: [MultipartEvent] = []
  do throws(MultipartError) {
    var parser = try MultipartParser(boundary: boundary, limits: .init(headerSection: 512, parts: 8))
    var position = 0
    while position < body.count {
      let end = position + min(pieceSize, body.count - position)
      defer { position = end }
      try parser.consume(body[position..<end], into: &events)
    }
    try parser.finish()
  } catch {
    outcome.error = error
  }
  for event in events {
    precondition(!outcome.isFinished, "an event after the last")
    let isInPart = outcome.parts.last.map { !$0.isEnded } ?? false
    switch event {
    case .partBegan(let headers):
      precondition(!isInPart && outcome.parts.count < 8)
      outcome.parts.append(Outcome.Part(headers: headers))
    case .partData(let data):
      precondition(isInPart && !data.isEmpty)
      outcome.parts[outcome.parts.count - 1].content += data
    case .partEnded:
      precondition(isInPart)
      outcome.parts[outcome.parts.count - 1].isEnded = true
    case .finished:
      precondition(!isInPart)
      outcome.isFinished = true
    }
  }
  return outcome
}

private func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count >= pattern.count else { return nil }
  return (bytes.startIndex...bytes.endIndex - pattern.count).first { bytes[$0...].starts(with: pattern) }
}
