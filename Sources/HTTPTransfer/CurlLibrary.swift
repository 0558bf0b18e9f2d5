internal import CCurl

/// libcurl, loaded into the process when somebody first needs it.
///
/// The program is not linked with it: a process that asks nobody anything, such as a worker, pays nothing for it.
@safe final class CurlLibrary: Sendable {
  /// The name by which the loader finds it on Debian 12 and 13.
  static let fileName = "libcurl.so.4"

  private static let loaded = Result<CurlLibrary, HTTPFailure> { () throws(HTTPFailure) in
    try CurlLibrary(fileName: fileName)
  }

  /// The functions. The table is filled once and lives as long as the process.
  nonisolated(unsafe) let functions: UnsafePointer<vitrine_curl>

  /// The library, which is loaded once.
  static func shared() throws(HTTPFailure) -> CurlLibrary { try loaded.get() }

  init(fileName: String) throws(HTTPFailure) {
    let table = UnsafeMutablePointer<vitrine_curl>.allocate(capacity: 1)
    unsafe table.initialize(to: vitrine_curl())
    if let missing = unsafe vitrine_curl_load(table, fileName) {
      defer { unsafe table.deallocate() }
      throw .unavailable(unsafe String(cString: missing))
    }
    guard unsafe table.pointee.global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK else {
      throw .unavailable("libcurl cannot be initialised")
    }
    unsafe functions = UnsafePointer(table)
  }

  /// libcurl's own text of its version and of the libraries that it uses.
  var version: String {
    guard let text = unsafe functions.pointee.version() else { return "" }
    return unsafe String(cString: text)
  }
}
