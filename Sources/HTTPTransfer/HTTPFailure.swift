internal import CCurl
public import Posix

/// Why there is no response.
public enum HTTPFailure: Error, Equatable, Sendable {
  /// libcurl is not there, in the loader's words.
  case unavailable(String)
  /// The name has no address, in libcurl's words.
  case unknownHost(String)
  /// No address took the connection.
  case notConnected(Errno)
  /// The server's certificate does not hold, in OpenSSL's words.
  case untrusted(String)
  /// What came is no TLS, or the two found no version or cipher in common, in OpenSSL's words.
  case noTLS(String)
  /// Nothing came in time.
  case timedOut
  /// Nothing moved for as long as this phase may take.
  case overdue(ExchangePhase)
  /// The connection ended before the response did.
  case cutShort
  /// Reading or writing failed.
  case broken(Errno)
  /// What came is no response of HTTP/1.1.
  case malformed
  /// There is no memory for it.
  case outOfMemory
  /// Whoever asked wants no answer any more.
  case cancelled
  /// Anything else, in libcurl's words.
  case other(String)
}

/// What libcurl says of a transfer that has ended.
struct TransferOutcome: Sendable, Equatable {
  /// The number of a `CURLcode`.
  var code: UInt32
  /// What went wrong, in words.
  var text: String
  /// The error number of the system call that failed, or 0.
  var systemError: Int32
  /// Whether there was a connection.
  var isConnected: Bool

  /// Why it failed; nil where it did not.
  var failure: HTTPFailure? {
    switch CURLcode(code) {
    case CURLE_OK: nil
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost(text)
    case CURLE_COULDNT_CONNECT: .notConnected(systemError == 0 ? .timedOut : Errno(rawValue: systemError))
    case CURLE_OPERATION_TIMEDOUT: isConnected ? .timedOut : .notConnected(.timedOut)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrusted(reason)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED: isCut ? .cutShort : .noTLS(reason)
    // The last: a persistent connection was closed when the request came, and a body that streams cannot be sent again by libcurl.
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND: .cutShort
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR: broken
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2: .malformed
    case CURLE_OUT_OF_MEMORY: .outOfMemory
    default: .other(text)
    }
  }

  /// Of what OpenSSL says through libcurl, OpenSSL's own words: what stands behind the last colon.
  private var reason: String {
    let words = text.split(separator: ":").last.map { $0.drop { $0 == " " } } ?? ""
    return words.isEmpty ? text : String(words)
  }

  /// Whether TLS ended because the other side cut the connection.
  private var isCut: Bool {
    ["SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "Connection reset by peer", "unexpected eof"].contains {
      text.contains($0)
    }
  }

  private var broken: HTTPFailure {
    if isCut || systemError == Errno.connectionReset.rawValue { return .cutShort }
    return systemError == 0 ? .malformed : .broken(Errno(rawValue: systemError))
  }
}
