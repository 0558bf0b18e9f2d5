public import HTTPTransfer

/// What an engine answers in place of what was asked for.
public struct EngineRefusal: Error, Equatable, Sendable {
  /// The status of the answer.
  public let status: Int
  /// S3's code, such as `AccessDenied`; empty where the answer has none.
  public let code: String
  /// The engine's words; may be empty.
  public let message: String
  /// The engine's number of the request, for its own log.
  public let requestID: String?

  /// A refusal.
  public init(status: Int, code: String = "", message: String = "", requestID: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.requestID = requestID
  }
}

/// Why an engine did not do what it was asked to.
public enum EngineError: Error, Equatable, Sendable {
  /// It has no such blob.
  case missing
  /// It answered with an error.
  case refused(EngineRefusal)
  /// There is no answer, or it ended before its end.
  case unreachable(HTTPFailure)
  /// It did not answer to others before: it is not asked until it does again.
  case away
  /// All connections to it were in use for as long as somebody may wait for one.
  case busy
  /// What it keeps or gives is not what was put; what differs, in words.
  case damaged(String)
  /// Under the name is another blob by now than the one that is being read.
  case changed
  /// Its answer is none that S3 gives; what is wrong with it, in words.
  case malformed(String)
  /// The content that was to be put ended too early or could not be read. Whoever gives it knows why.
  case contentFailed
}

extension EngineError {
  /// Whether the same request may well succeed a moment later.
  public var mayPass: Bool {
    switch self {
    case .unreachable(let failure): failure.mayPass
    case .refused(let refusal): refusal.mayPass
    case .malformed: true
    case .missing, .away, .busy, .damaged, .changed, .contentFailed: false
    }
  }

  /// Whether it tells that the engine, or the way to it, is down: reason not to ask it for others.
  var meansAbsence: Bool {
    switch self {
    case .unreachable(let failure): failure != .cancelled && failure != .outOfMemory
    // With a code it is the engine itself that speaks.
    case .refused(let refusal): [502, 503, 504].contains(refusal.status) && refusal.code.isEmpty
    default: false
    }
  }

  /// Whether the engine has no room for more.
  public var isFull: Bool {
    guard case .refused(let refusal) = self else { return false }
    return refusal.status == 507 || refusal.code.contains("StorageFull") || refusal.code.contains("QuotaExceeded")
  }
}

extension EngineRefusal {
  fileprivate var mayPass: Bool {
    switch status {
    case 408, 429, 500, 502, 503, 504: true
    default: code == "RequestTimeout" || code == "SlowDown" || code == "OperationAborted"
    }
  }
}

extension HTTPFailure {
  fileprivate var mayPass: Bool {
    switch self {
    case .unavailable, .untrusted, .noTLS, .outOfMemory, .cancelled, .other: false
    case .unknownHost, .notConnected, .timedOut, .overdue, .cutShort, .broken, .malformed: true
    }
  }
}

extension EngineError: CustomStringConvertible {
  /// Words for the operator.
  public var description: String {
    switch self {
    case .missing: "the engine has no such blob"
    case .refused(let refusal): "the engine answers \(refusal)"
    case .unreachable(let failure): failure.words
    case .away: "the engine did not answer a moment ago"
    case .busy: "all connections to the engine are in use"
    case .damaged(let words): words
    case .changed: "the blob was replaced while it was read"
    case .malformed(let words): "the engine's answer is not understood: \(words)"
    case .contentFailed: "the content could not be read"
    }
  }
}

extension EngineRefusal: CustomStringConvertible {
  /// `503 SlowDown: Please reduce your request rate (request 17C2B1)`.
  public var description: String {
    var text = String(status)
    if !code.isEmpty { text += " \(code)" }
    if !message.isEmpty { text += ": \(message)" }
    if let requestID { text += " (request \(requestID))" }
    return text
  }
}

extension HTTPFailure {
  /// Words for the operator, about an engine.
  fileprivate var words: String {
    switch self {
    case .unavailable(let reason): "the engine cannot be asked without libcurl: \(reason)"
    case .unknownHost(let reason): "the engine's name has no address: \(reason)"
    case .notConnected(let errno): "no connection to the engine: \(errno)"
    case .untrusted(let reason): "the engine's certificate does not hold: \(reason)"
    case .noTLS(let reason): "the engine speaks no TLS: \(reason)"
    case .timedOut: "the engine does not answer in time"
    case .overdue(.connecting): "no connection to the engine in time"
    case .overdue(.sending): "the engine does not take what is sent to it"
    case .overdue(.answer): "the engine does not answer in time"
    case .overdue(.receiving): "the engine stalls in the middle of an answer"
    case .overdue(.whole): "the engine takes too long to answer"
    case .cutShort: "the engine cut the connection"
    case .broken(let errno): "the connection to the engine broke: \(errno)"
    case .malformed: "what answers in the engine's place speaks no HTTP/1.1"
    case .outOfMemory: "no memory for a request to the engine"
    case .cancelled: "the request to the engine was given up"
    case .other(let reason): "the request to the engine failed: \(reason)"
    }
  }
}
