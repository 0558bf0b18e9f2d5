internal import HTTPSemantics

/// Reads one response of HTTP/1.1 (RFC 9112) from bytes that come in any pieces. Interim responses are kept apart.
public struct ResponseReader: Sendable {
  private enum State {
    case head
    case content(remaining: UInt64)
    case chunkSize
    case chunk(remaining: UInt64)
    case chunkEnd
    case trailer
    case untilClose
    case complete
  }

  private static let headLimit = 65_536

  private let isHead: Bool
  private let bodyLimit: Int
  private var state = State.head
  /// The line or the head that has begun to come.
  private var pending: [UInt8] = []
  private var partial: HTTPResponse?
  private var hasExplicitEnd = true

  /// The interim responses before the one that counts.
  public private(set) var interim: [HTTPResponse] = []

  /// - Parameters:
  ///   - isHead: whether the request was a HEAD, whose response has no body.
  ///   - bodyLimit: bytes of the body after which the rest is left alone.
  public init(isHead: Bool, bodyLimit: Int) {
    self.isHead = isHead
    self.bodyLimit = bodyLimit
  }

  /// The response, once it is complete.
  public var response: HTTPResponse? {
    if case .complete = state { partial } else { nil }
  }

  /// Whether the connection may carry another request (RFC 9112, section 9.3), once the response is complete.
  public var isReusable: Bool {
    guard hasExplicitEnd, let response else { return false }
    return !(response.fields.list(of: "Connection") ?? "").lowercased().contains("close")
  }

  /// Takes the next bytes; those after the end of the response are left alone.
  public mutating func receive(_ bytes: ArraySlice<UInt8>) throws(HTTPResponseError) {
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .complete: return
      case .head: try takeHead(&rest)
      case .content(let remaining):
        let taken = takeContent(&rest, remaining)
        state = remaining == taken ? .complete : .content(remaining: remaining - taken)
        stopWhereEnough()
      case .chunk(let remaining):
        let taken = takeContent(&rest, remaining)
        state = remaining == taken ? .chunkEnd : .chunk(remaining: remaining - taken)
        stopWhereEnough()
      case .untilClose:
        _ = takeContent(&rest, UInt64.max)
        stopWhereEnough()
      case .chunkSize: if let line = try takeLine(&rest) { try beginChunk(line) }
      case .chunkEnd:
        if let line = try takeLine(&rest) {
          guard line.isEmpty else { throw .malformed }
          state = .chunkSize
        }
      case .trailer: if let line = try takeLine(&rest), line.isEmpty { state = .complete }
      }
    }
  }

  /// Says that the connection has ended.
  public mutating func endOfInput() throws(HTTPResponseError) {
    switch state {
    case .complete: return
    case .untilClose: state = .complete
    default: throw .cutShort
    }
  }

  // MARK: Head

  private mutating func takeHead(_ rest: inout ArraySlice<UInt8>) throws(HTTPResponseError) {
    // The end of a head is an empty line; it may be cut anywhere.
    while let byte = rest.popFirst() {
      pending.append(byte)
      guard pending.count <= Self.headLimit else { throw .headTooLarge }
      if byte == UInt8(ascii: "\n"), pending.suffix(4).elementsEqual("\r\n\r\n".utf8) {
        let head = pending
        pending = []
        return try begin(try ResponseHead.parse(head[...]))
      }
    }
  }

  private mutating func begin(_ response: HTTPResponse) throws(HTTPResponseError) {
    // 101 ends HTTP/1.1 on the connection; it was not asked for.
    guard response.status != 101 else { throw .malformed }
    if response.isInterim {
      interim.append(response)
      return
    }
    partial = response
    if isHead || response.status == 204 || response.status == 304 {
      state = .complete
    } else if let coding = response.fields.list(of: "Transfer-Encoding") {
      guard coding.lowercased() == "chunked" else { throw .malformed }
      state = .chunkSize
    } else if let text = response.fields["Content-Length"] {
      guard let length = ResponseHead.decimal(text) else { throw .malformed }
      state = length == 0 ? .complete : .content(remaining: length)
    } else {
      hasExplicitEnd = false
      state = .untilClose
    }
  }

  // MARK: Body

  private mutating func takeContent(_ rest: inout ArraySlice<UInt8>, _ remaining: UInt64) -> UInt64 {
    let count = remaining < UInt64(rest.count) ? Int(remaining) : rest.count
    let room = bodyLimit - (partial?.body.count ?? 0)
    partial?.body.append(contentsOf: rest.prefix(count).prefix(room))
    rest = rest.dropFirst(count)
    return UInt64(count)
  }

  /// Whoever asked for the beginning has it.
  private mutating func stopWhereEnough() {
    if case .complete = state { return }
    guard (partial?.body.count ?? 0) >= bodyLimit else { return }
    hasExplicitEnd = false
    state = .complete
  }

  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(HTTPResponseError) -> [UInt8]? {
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\n") {
        guard pending.last == UInt8(ascii: "\r") else { throw .malformed }
        let line = Array(pending.dropLast())
        pending = []
        return line
      }
      pending.append(byte)
      guard pending.count <= Self.headLimit else { throw .headTooLarge }
    }
    return nil
  }

  private mutating func beginChunk(_ line: [UInt8]) throws(HTTPResponseError) {
    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    guard (1...15).contains(digits.count), let text = String(validating: digits, as: UTF8.self),
      digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"), let size = UInt64(text, radix: 16)
    else { throw .malformed }
    state = size == 0 ? .trailer : .chunk(remaining: size)
  }
}
