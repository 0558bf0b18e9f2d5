internal import HTTPSemantics
public import HTTPTransfer

/// Judges what becomes of downloads on the way.
public enum DownloadJudgement {
  /// Whether the first bytes, which were asked for by Range, came alone.
  /// - Parameters:
  ///   - what: the thing in words, as in "a picture".
  ///   - count: how many bytes were asked for.
  public static func findings(range response: HTTPResponse, of what: String, count: Int) -> [Finding] {
    let isPart =
      response.status == 206 && response.body.count == count
      && (response.fields["Content-Range"] ?? "").hasPrefix("bytes 0-\(count - 1)/")
    guard !isPart else { return [] }
    return [
      Finding(
        "part of \(what) was asked for, and the answer was \(response.status): a download cannot be resumed",
        do: "let Range through: no gzip, sub_filter or ssi on it, and no cache or proxy that drops the field")
    ]
  }

  /// Whether the head of an archive arrives as the program made it.
  public static func findings(archiveHead response: HTTPResponse) -> [Finding] {
    guard response.status == 200 else { return archiveFindings(status: response) }
    var lost: [String] = []
    if response.fields["Content-Length"] == nil { lost.append("Content-Length") }
    if response.fields["Accept-Ranges"] != "bytes" { lost.append("Accept-Ranges") }
    if !(response.fields["ETag"] ?? "").hasPrefix("\"") { lost.append("the strong ETag") }
    if response.fields.contains("Content-Encoding") { lost.append("its own bytes (Content-Encoding)") }
    guard !lost.isEmpty else { return [] }
    return [
      Finding(
        "archives lose \(lost.joined(separator: ", ")) on the way: no progress bar, no resume",
        do: "take application/zip out of gzip_types, and let proxies pass answers on as they are")
    ]
  }

  /// Whether a condition that does not hold makes the archive come whole.
  public static func findings(archiveWithStaleCondition response: HTTPResponse) -> [Finding] {
    guard response.status == 206 else { return [] }
    return [
      Finding(
        "If-Range is lost on the way: a download that is resumed after a change becomes a damaged archive",
        do: "let proxies pass If-Range on")
    ]
  }

  /// Whether `/archive/` leads to the program, by its answer for a folder that there cannot be.
  public static func findings(noArchive response: HTTPResponse) -> [Finding] {
    guard response.status != 404 || response.json?["code"]?.stringValue != "not-found" else { return [] }
    return archiveFindings(status: response)
  }

  private static func archiveFindings(status response: HTTPResponse) -> [Finding] {
    [
      Finding(
        "/archive/ answers \(response.status) where the program would not",
        do: "include archive.conf in the server block, before other locations for /archive")
    ]
  }
}
