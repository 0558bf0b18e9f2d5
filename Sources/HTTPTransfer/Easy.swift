internal import CCurl
internal import Posix

/// Takes and gives what a transfer moves. It is called while the transfer is performed, by the thread that does so.
protocol TransferHandler: AnyObject {
  /// A line of a head, or of a trailer, with its end.
  /// - Returns: whether the transfer goes on.
  func receive(headerLine line: [UInt8]) -> Bool
  /// Bytes of the response's body.
  func receive(body bytes: Span<UInt8>) -> TransferStep
  /// The next bytes of the request's body, at most `limit`; none at its end.
  func nextBytes(upTo limit: Int) -> UploadStep
}

/// How a transfer goes on after bytes have come.
enum TransferStep {
  /// With more of them.
  case proceed
  /// Not before `Easy.resume`; the same bytes are then given again.
  case pause
  /// Not at all.
  case stop
}

/// How a transfer goes on when the request's body is asked for.
enum UploadStep {
  /// With these bytes; none at the end.
  case bytes([ArraySlice<UInt8>])
  /// Not before `Easy.resume`.
  case pause
  /// Not at all.
  case stop
}

/// One handle of libcurl's easy interface: one transfer at a time, over a connection that it keeps for the next.
@safe struct Easy: ~Copyable {
  private let library: CurlLibrary
  let handle: UnsafeMutableRawPointer
  /// Where libcurl writes what went wrong, `CURL_ERROR_SIZE` bytes.
  private let errorText: UnsafeMutablePointer<CChar>
  private var fieldLines: UnsafeMutablePointer<curl_slist>?
  /// Keeps the handler alive while libcurl has its address.
  private var relay: Relay?

  private var functions: UnsafePointer<vitrine_curl> { unsafe library.functions }

  init(_ library: CurlLibrary) throws(HTTPFailure) {
    guard let handle = unsafe library.functions.pointee.easy_init() else { throw .outOfMemory }
    // In an initializer of its own: Swift 6.2.3 cannot compile one that throws while members without a value are there.
    unsafe self.init(library, handle)
  }

  private init(_ library: CurlLibrary, _ handle: UnsafeMutableRawPointer) {
    self.library = library
    unsafe self.handle = unsafe handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    unsafe fieldLines = nil
  }

  deinit {
    unsafe library.functions.pointee.easy_cleanup(handle)
    unsafe library.functions.pointee.slist_free_all(fieldLines)
    unsafe errorText.deallocate()
  }

  /// Prepares the next transfer. Connections that are open stay open.
  mutating func prepare(_ options: TransferOptions, _ handler: any TransferHandler) throws(HTTPFailure) {
    unsafe functions.pointee.easy_reset(handle)
    unsafe errorText.pointee = 0
    let relay = Relay(handler)
    self.relay = relay
    let user = unsafe Unmanaged.passUnretained(relay).toOpaque()
    try unsafe check(vitrine_curl_set_callbacks(functions, handle, onHeader, onBody, onUpload, user))
    try unsafe check(vitrine_curl_set_pointer(functions, handle, CURLOPT_ERRORBUFFER, errorText))
    for (option, value) in options.numbers {
      try unsafe check(vitrine_curl_set_number(functions, handle, option, value))
    }
    for (option, value) in options.texts {
      try unsafe check(vitrine_curl_set_text(functions, handle, option, value))
    }
    try unsafe check(vitrine_curl_set_size(functions, handle, CURLOPT_INFILESIZE_LARGE, Int(options.uploadSize)))
    try setFieldLines(options.fieldLines)
    // Nothing rather than a built-in path where no such file or folder is to be used.
    for (option, path) in options.authorities {
      if let path {
        try unsafe check(vitrine_curl_set_text(functions, handle, option, path))
      } else {
        try unsafe check(vitrine_curl_set_pointer(functions, handle, option, nil))
      }
    }
  }

  private mutating func setFieldLines(_ lines: [String]) throws(HTTPFailure) {
    unsafe functions.pointee.slist_free_all(fieldLines)
    unsafe fieldLines = nil
    for line in lines {
      guard let longer = unsafe functions.pointee.slist_append(fieldLines, line) else { throw .outOfMemory }
      unsafe fieldLines = unsafe longer
    }
    try unsafe check(vitrine_curl_set_pointer(functions, handle, CURLOPT_HTTPHEADER, fieldLines))
  }

  private func check(_ code: CURLcode) throws(HTTPFailure) {
    guard code != CURLE_OK else { return }
    if code == CURLE_OUT_OF_MEMORY { throw .outOfMemory }
    throw .other(words(for: code))
  }

  private func words(for code: CURLcode) -> String {
    guard let text = unsafe functions.pointee.easy_strerror(code) else { return "error \(code.rawValue)" }
    return unsafe String(cString: text)
  }

  /// Does the transfer, and waits for its end.
  func perform() -> TransferOutcome {
    outcome(unsafe functions.pointee.easy_perform(handle))
  }

  /// What came of a transfer that ended with `code`.
  func outcome(_ code: CURLcode) -> TransferOutcome {
    let text = unsafe String(cString: errorText)
    return TransferOutcome(
      code: code.rawValue, text: text.isEmpty ? words(for: code) : text,
      systemError: Int32(truncatingIfNeeded: unsafe vitrine_curl_get_number(functions, handle, CURLINFO_OS_ERRNO)),
      isConnected: unsafe vitrine_curl_get_size(functions, handle, CURLINFO_CONNECT_TIME_T) > 0)
  }

  /// Tells transfers apart that go on side by side.
  var identity: UInt { UInt(bitPattern: unsafe handle) }

  /// Lets a transfer that a handler has paused go on.
  func resume() {
    _ = unsafe functions.pointee.easy_pause(handle, CURLPAUSE_CONT)
  }

  /// How many connections the latest transfer has made: none where it was sent over one that was open.
  var newConnections: Int { unsafe vitrine_curl_get_number(functions, handle, CURLINFO_NUM_CONNECTS) }

  /// The address of this end of the latest connection.
  var localAddress: String? {
    unsafe vitrine_curl_get_text(functions, handle, CURLINFO_LOCAL_IP).map { unsafe String(cString: $0) }
  }

  /// What is known of the server's certificate, as lines `name:value`.
  var certificateLines: [String] {
    var lines: [String] = []
    var next = unsafe vitrine_curl_get_certificate(functions, handle)
    while let line = unsafe next {
      if let text = unsafe line.pointee.data { lines.append(unsafe String(cString: text)) }
      unsafe next = line.pointee.next
    }
    return lines
  }
}

/// The handler, at an address that libcurl can be given.
private final class Relay {
  let handler: any TransferHandler

  init(_ handler: any TransferHandler) { self.handler = handler }

  static func at(_ address: UnsafeMutableRawPointer?) -> (any TransferHandler)? {
    unsafe address.map { unsafe Unmanaged<Relay>.fromOpaque($0).takeUnretainedValue().handler }
  }
}

// What libcurl calls. Any number but that of the bytes ends the transfer.

private let onHeader: curl_write_callback = { bytes, size, count, user in
  let length = size * count
  guard let handler = unsafe Relay.at(user) else { return 0 }
  let line = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
  return handler.receive(headerLine: line) ? length : -1
}

private let onBody: curl_write_callback = { bytes, size, count, user in
  let length = size * count
  guard let handler = unsafe Relay.at(user) else { return 0 }
  let received = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
  let step = unsafe received.withMemoryRebound(to: UInt8.self) { unsafe handler.receive(body: $0.span) }
  switch step {
  case .proceed: return length
  case .pause: return vitrine_curl_write_pause
  case .stop: return length + 1
  }
}

private let onUpload: curl_read_callback = { target, size, count, user in
  guard let handler = unsafe Relay.at(user), let target = unsafe target else { return vitrine_curl_read_abort }
  let room = size * count
  switch handler.nextBytes(upTo: room) {
  case .pause: return vitrine_curl_read_pause
  case .stop: return vitrine_curl_read_abort
  case .bytes(let pieces):
    var filled = 0
    for piece in pieces {
      precondition(piece.count <= room - filled, "more bytes than were asked for")
      unsafe piece.withUnsafeBytes { source in
        guard let start = source.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(target).advanced(by: filled).copyMemory(from: start, byteCount: source.count)
      }
      filled += piece.count
    }
    return filled
  }
}
