internal import HTTPSemantics

/// Puts a response together from the lines and bytes that libcurl gives, and gives it the request's body.
final class ResponseCollector: TransferHandler {
  private static let headLimit = 65_536

  private let request: HTTPRequest
  private var headSize = 0
  private var isInHead = false
  /// Whether the latest head has come whole.
  var isHeadComplete: Bool { response != nil && !isInHead }
  private var pieces: PieceSource

  /// The interim responses before the one that counts.
  private(set) var interim: [HTTPResponse] = []
  /// The response, as far as it has come.
  private(set) var response: HTTPResponse?
  /// Whether as much of the body has come as was asked for.
  private(set) var isEnough = false
  /// Whether the server asked for the body that was only announced.
  private(set) var isAskedForBody = false
  /// What is wrong with the head.
  private(set) var failure: HTTPFailure?

  init(_ request: HTTPRequest) {
    self.request = request
    pieces = PieceSource(request.body)
  }

  func receive(headerLine line: [UInt8]) -> Bool {
    headSize += line.count
    guard headSize <= Self.headLimit, take(line) else {
      failure = .malformed
      return false
    }
    return true
  }

  private func take(_ line: [UInt8]) -> Bool {
    guard line.suffix(2) == [0x0D, 0x0A] else { return false }
    let text = line.dropLast(2)
    if text.starts(with: "HTTP/".utf8) {
      guard let status = Self.status(text), status != 101 else { return false }
      if let response, response.isInterim { interim.append(response) }
      response = HTTPResponse(status: status)
      isInHead = true
      return true
    }
    // What follows the head is a trailer, which nobody asks for.
    guard isInHead else { return response != nil }
    if text.isEmpty {
      isInHead = false
      return true
    }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return response?.fields.append(
      String(decoding: text[..<colon], as: UTF8.self), String(decoding: text[(colon + 1)...], as: UTF8.self)) ?? false
  }

  /// `HTTP/1.1 200 OK`: the code. The reason may be missing, with its space.
  private static func status(_ line: ArraySlice<UInt8>) -> Int? {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8), parts[0].count == 8, parts[1].count == 3,
      parts[1].allSatisfy(ASCII.isDigit), let status = Int(String(decoding: parts[1], as: UTF8.self)), status >= 100
    else { return nil }
    return status
  }

  func receive(body bytes: Span<UInt8>) -> TransferStep {
    let room = request.bodyLimit - (response?.body.count ?? 0)
    for index in 0..<min(room, bytes.count) { response?.body.append(bytes[index]) }
    isEnough = bytes.count >= room
    return isEnough ? .stop : .proceed
  }

  func nextBytes(upTo limit: Int) -> UploadStep {
    if case .announced = request.body {
      isAskedForBody = true
      return .stop
    }
    return .bytes([pieces.next(upTo: limit)])
  }
}

/// Bytes of a request's body, piece by piece.
private struct PieceSource {
  private static let zeros = [UInt8](repeating: 0, count: 65_536)

  private var bytes: ArraySlice<UInt8> = []
  private var zeros: UInt64 = 0

  init(_ body: HTTPRequest.Body) {
    switch body {
    case .none, .announced: break
    case .bytes(let given), .chunked(let given): bytes = given[...]
    case .zeros(let count): zeros = count
    }
  }

  mutating func next(upTo limit: Int) -> ArraySlice<UInt8> {
    if zeros > 0 {
      let count = Int(min(UInt64(min(limit, Self.zeros.count)), zeros))
      zeros -= UInt64(count)
      return Self.zeros[..<count]
    }
    let piece = bytes.prefix(limit)
    bytes = bytes.dropFirst(limit)
    return piece
  }
}
