internal import CFastCGI

/// The receiving side of one connection, as a value: bytes in, actions out (sections 4 and 5).
///
/// It serves one request at a time. A second one gets CANT_MPX_CONN, a role other than the responder's UNKNOWN_ROLE,
/// management records are answered, records of ids that are not active are ignored.
public struct RequestReceiver: Sendable {
  /// What the bytes ask the connection to do.
  public enum Action: Equatable, Sendable {
    /// A request's parameters are complete.
    case request(id: UInt16, keepsConnection: Bool, parameters: [UInt8])
    /// Body bytes of the active request: a range of the input.
    case body(Range<Int>)
    /// The active request's body is complete.
    case bodyEnded
    /// The web server has given up the active request.
    case abort
    /// These bytes are to be sent, between two records of a response; then the connection may have to be closed.
    case reply([UInt8], closes: Bool)
    /// The stream breaks the protocol: the connection is to be closed.
    case violation(String)
  }

  private enum Phase {
    case idle
    case parameters
    case body
    case complete
    /// After a violation nothing is taken any more.
    case broken
  }

  /// Bytes of FCGI_BEGIN_REQUEST's body (section 5.1).
  private static let beginBodyLength = 8

  private var decoder = RecordDecoder()
  private var phase = Phase.idle
  private var activeID: UInt16 = 0
  private var keepsConnection = false
  private var parameters: [UInt8] = []
  private var record: RecordHeader?
  private var content: [UInt8] = []
  private let parameterLimit: Int

  /// - Parameter parameterLimit: the most bytes that the parameters of a request may have.
  public init(parameterLimit: Int = 131_072) {
    self.parameterLimit = parameterLimit
  }

  /// The next action; nil when the input is used up.
  /// - Parameters:
  ///   - input: bytes as they came.
  ///   - position: how far the input has been taken; moved on.
  public mutating func next(in input: Span<UInt8>, at position: inout Int) -> Action? {
    guard phase != .broken else {
      position = input.count
      return nil
    }
    while let event = decoder.next(in: input, at: &position) {
      switch event {
      case .began(let header):
        guard header.version == UInt8(FCGI_VERSION_1) else {
          return violation("record of version \(header.version)")
        }
        record = header
      case .content(let range):
        if let action = take(input, range) { return action }
      case .ended:
        if let action = endOfRecord() { return action }
      }
    }
    return nil
  }

  /// Whether no request has begun.
  public var isBetweenRequests: Bool { phase == .idle }

  /// Whether not even a byte of a request has come: another receiver could go on with the connection.
  public var holdsNothing: Bool { phase == .idle && decoder.isBetweenRecords }

  /// The response to the active request is complete: its id is free again.
  /// - Returns: whether the request had been received whole, so that the connection can go on.
  public mutating func finishActiveRequest() -> Bool {
    guard phase != .broken else { return false }
    defer { phase = .idle }
    return phase == .complete || phase == .idle
  }

  private mutating func take(_ input: Span<UInt8>, _ range: Range<Int>) -> Action? {
    guard let record else { return nil }
    switch record.type {
    case .standardInput where phase == .body && record.requestID == activeID:
      return .body(range)
    case .parameters where phase == .parameters && record.requestID == activeID:
      guard parameters.count + range.count <= parameterLimit else {
        return violation("parameters over \(parameterLimit) bytes")
      }
      parameters.append(contentsOf: input, range)
    case .beginRequest:
      let missing = Self.beginBodyLength - content.count
      content.append(contentsOf: input, range.lowerBound..<range.lowerBound + min(missing, range.count))
    case .getValues where record.requestID == 0:
      content.append(contentsOf: input, range)
    default:
      break
    }
    return nil
  }

  private mutating func violation(_ what: String) -> Action {
    phase = .broken
    parameters = []
    content = []
    return .violation(what)
  }

  private mutating func endOfRecord() -> Action? {
    guard let header = record else { return nil }
    record = nil
    // A connection that waits keeps no buffer that one long record has needed.
    defer { if content.capacity > 512 { content = [] } else { content.removeAll(keepingCapacity: true) } }
    if header.requestID == 0 { return management(header) }
    if header.type == .beginRequest { return begin(header.requestID) }
    guard phase != .idle, header.requestID == activeID else { return nil }
    switch header.type {
    case .parameters where phase == .parameters && header.contentLength == 0:
      phase = .body
      let complete = parameters
      parameters = []
      return .request(id: activeID, keepsConnection: keepsConnection, parameters: complete)
    case .standardInput where phase == .body && header.contentLength == 0:
      phase = .complete
      return .bodyEnded
    case .abortRequest:
      if phase == .parameters {
        // Nobody has heard of it yet: it ends here.
        phase = .idle
        parameters = []
        var reply: [UInt8] = []
        reply.appendEndRequest(activeID, .requestComplete)
        return .reply(reply, closes: !keepsConnection)
      }
      phase = .complete
      return .abort
    default:
      return nil
    }
  }

  private mutating func begin(_ id: UInt16) -> Action? {
    guard content.count >= Self.beginBodyLength else {
      return violation("FCGI_BEGIN_REQUEST of \(content.count) bytes")
    }
    var reply: [UInt8] = []
    guard phase == .idle else {
      guard id != activeID else { return violation("request id begun twice") }
      reply.appendEndRequest(id, .cannotMultiplex)
      return .reply(reply, closes: false)
    }
    let keeps = Int32(content[2]) & FCGI_KEEP_CONN != 0
    let role = Int32(content[0]) << 8 | Int32(content[1])
    guard role == FCGI_RESPONDER else {
      reply.appendEndRequest(id, .unknownRole)
      return .reply(reply, closes: !keeps)
    }
    activeID = id
    keepsConnection = keeps
    phase = .parameters
    return nil
  }

  /// Sections 4.1 and 4.2.
  private mutating func management(_ header: RecordHeader) -> Action {
    var reply: [UInt8] = []
    guard header.type == .getValues else {
      reply.appendRecord(.unknownType, requestID: 0, content: [header.type.rawValue, 0, 0, 0, 0, 0, 0, 0])
      return .reply(reply, closes: false)
    }
    guard let asked = ParameterList(content) else { return violation("malformed FCGI_GET_VALUES") }
    var values: [UInt8] = []
    for (name, value) in ManagementValues.all where asked.value(of: name) != nil {
      values.appendPair(name: Array(name.utf8), value: Array(value.utf8))
    }
    reply.appendRecord(.getValuesResult, requestID: 0, content: values)
    return .reply(reply, closes: false)
  }
}
