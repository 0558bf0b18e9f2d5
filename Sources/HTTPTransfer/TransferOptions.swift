internal import CCurl
internal import HTTPSemantics

/// What one transfer does, as values that libcurl's options are set to.
struct TransferOptions: Sendable, Equatable {
  /// The length of the request's body.
  enum Upload: Sendable, Equatable {
    case none
    case sized(UInt64)
    /// As chunks (RFC 9112, section 7.1).
    case chunked
    /// It is announced by `Expect: 100-continue`, and sent once the server says so.
    case announced(UInt64)
  }

  /// How long to wait for what, in milliseconds.
  struct Timeouts: Sendable, Equatable {
    /// For the name and the connection.
    var connect: Int
    /// For the next byte in either direction, in whole seconds.
    var stall: Int
    /// For all of it; 0 for any time.
    var total = 0
  }

  var origin: HTTPOrigin
  var method: String
  /// Path and query, as they go over the wire.
  var target: String
  /// Fields besides Host and those that tell of the body.
  var fields: HeaderFields
  var upload: Upload
  var timeouts: Timeouts
  var trust: TrustedAuthorities
  /// Bytes that libcurl holds of what comes.
  var bufferSize = 32_768
  /// Bytes that it holds of what is sent, no fewer than 16 KiB.
  var uploadBufferSize = 32_768
  /// Whether no connection is used that is open already.
  var isOverNewConnection = false

  /// Options whose value is a number.
  var numbers: [(CURLoption, Int)] {
    var numbers: [(CURLoption, Int)] = [
      // No signal is used for time limits: the process has handlers of its own.
      (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      (CURLOPT_PATH_AS_IS, 1),
      (CURLOPT_CERTINFO, 1),
      // Received at once; of a paused transfer it is held on to.
      (CURLOPT_BUFFERSIZE, bufferSize),
      (CURLOPT_UPLOAD_BUFFERSIZE, uploadBufferSize),
      (CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect),
      (CURLOPT_LOW_SPEED_LIMIT, 1),
      (CURLOPT_LOW_SPEED_TIME, timeouts.stall),
      (CURLOPT_TIMEOUT_MS, timeouts.total),
      // What was announced is not sent unasked, however long the answer takes.
      (CURLOPT_EXPECT_100_TIMEOUT_MS, 86_400_000),
    ]
    if isOverNewConnection { numbers.append((CURLOPT_FRESH_CONNECT, 1)) }
    if method == "HEAD" {
      numbers.append((CURLOPT_NOBODY, 1))
    } else {
      numbers.append((upload == .none ? CURLOPT_HTTPGET : CURLOPT_UPLOAD, 1))
    }
    return numbers
  }

  /// Options whose value is a text.
  var texts: [(CURLoption, String)] {
    [
      (CURLOPT_URL, "\(origin)/"), (CURLOPT_REQUEST_TARGET, target), (CURLOPT_CUSTOMREQUEST, method),
      (CURLOPT_PROTOCOLS_STR, "http,https"),
      // Neither the environment's proxies nor anybody's.
      (CURLOPT_PROXY, ""),
    ]
  }

  /// The length of the body; -1 where it is not known.
  var uploadSize: Int64 {
    switch upload {
    case .none, .chunked: -1
    case .sized(let count), .announced(let count): Int64(clamping: count)
    }
  }

  /// The fields as libcurl takes them: `Name;` for an empty value, `Name:` for a field that it is not to add.
  var fieldLines: [String] {
    var lines = fields.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    if !fields.contains("Accept") { lines.append("Accept:") }
    switch upload {
    case .none: break
    case .sized: lines.append("Expect:")
    case .chunked: lines += ["Transfer-Encoding: chunked", "Expect:"]
    case .announced: lines.append("Expect: 100-continue")
    }
    return lines
  }

  /// Which certificates are trusted: a file and a folder of them, where there are such.
  var authorities: [(CURLoption, String?)] { [(CURLOPT_CAINFO, trust.file), (CURLOPT_CAPATH, trust.folder)] }
}
