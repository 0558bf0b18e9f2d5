internal import CCurl

/// What libcurl has asked to be called for: collected while it is called, and done when it has returned.
enum MultiWish: Equatable {
  /// Watch a socket of a transfer, which its handle identifies, in these directions.
  case watch(Int32, of: UInt, readable: Bool, writable: Bool)
  /// Watch a socket no more. It may be closed already.
  case forget(Int32)
  /// Be called again in so many milliseconds.
  case wakeUp(milliseconds: Int)
  /// Not be called for the time's sake.
  case noWakeUp
}

/// libcurl's multi interface: transfers that go on side by side, driven by the sockets and timers of somebody's loop.
@safe struct Multi: ~Copyable {
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer
  private let wishes: WishList

  private var functions: UnsafePointer<vitrine_curl> { unsafe library.functions }

  init(_ library: CurlLibrary, idleConnections: Int) throws(HTTPFailure) {
    // First: Swift 6.2.3 cannot compile a throw when some members have their values.
    guard let handle = unsafe library.functions.pointee.multi_init() else { throw .outOfMemory }
    self.library = library
    wishes = WishList()
    unsafe self.handle = unsafe handle
    let user = unsafe Unmanaged.passUnretained(wishes).toOpaque()
    _ = unsafe vitrine_curl_multi_callbacks(library.functions, handle, onSocket, onTimer, user)
    _ = unsafe vitrine_curl_multi_set_number(library.functions, handle, CURLMOPT_MAXCONNECTS, idleConnections)
  }

  deinit {
    _ = unsafe library.functions.pointee.multi_cleanup(handle)
  }

  /// Begins a transfer that has been prepared.
  func add(_ easy: borrowing Easy) throws(HTTPFailure) {
    let code = unsafe functions.pointee.multi_add_handle(handle, easy.handle)
    guard code == CURLM_OK else { throw .other("curl_multi_add_handle: error \(code.rawValue)") }
  }

  /// Takes a transfer back, whether it has ended or not.
  func remove(_ easy: borrowing Easy) {
    _ = unsafe functions.pointee.multi_remove_handle(handle, easy.handle)
  }

  /// A socket is ready, or has failed.
  func socket(_ number: Int32, isReadable: Bool, isWritable: Bool, hasFailed: Bool) {
    var running: Int32 = 0
    let bits =
      (isReadable ? CURL_CSELECT_IN : 0) | (isWritable ? CURL_CSELECT_OUT : 0) | (hasFailed ? CURL_CSELECT_ERR : 0)
    _ = unsafe functions.pointee.multi_socket_action(handle, number, bits, &running)
  }

  /// The time has come that was asked for.
  func timeOut() {
    var running: Int32 = 0
    _ = unsafe functions.pointee.multi_socket_action(handle, CURL_SOCKET_TIMEOUT, 0, &running)
  }

  /// What libcurl has asked for since the last time, in order.
  func takeWishes() -> [MultiWish] { wishes.take() }

  /// Whether it has asked for anything.
  var hasWishes: Bool { !wishes.isEmpty }

  /// The next transfer that has ended, by the identity of its handle, with how it ended.
  func nextEnded() -> (identity: UInt, code: CURLcode)? {
    var code = CURLE_OK
    guard let easy = unsafe vitrine_curl_multi_next_ended(functions, handle, &code) else { return nil }
    return (UInt(bitPattern: easy), code)
  }
}

/// Wishes, at an address that libcurl can be given.
private final class WishList {
  private var wishes: [MultiWish] = []

  var isEmpty: Bool { wishes.isEmpty }

  func append(_ wish: MultiWish) { wishes.append(wish) }

  func take() -> [MultiWish] {
    defer { wishes.removeAll(keepingCapacity: true) }
    return wishes
  }

  static func at(_ address: UnsafeMutableRawPointer?) -> WishList? {
    unsafe address.map { unsafe Unmanaged<WishList>.fromOpaque($0).takeUnretainedValue() }
  }
}

private let onSocket: curl_socket_callback = { easy, socket, what, user, _ in
  let list = unsafe WishList.at(user)
  if what == CURL_POLL_REMOVE {
    list?.append(.forget(socket))
  } else {
    let identity = UInt(bitPattern: easy)
    list?.append(
      .watch(socket, of: identity, readable: what & CURL_POLL_IN != 0, writable: what & CURL_POLL_OUT != 0))
  }
  return 0
}

private let onTimer: curl_multi_timer_callback = { _, milliseconds, user in
  unsafe WishList.at(user)?.append(milliseconds < 0 ? .noWakeUp : .wakeUp(milliseconds: milliseconds))
  return 0
}
