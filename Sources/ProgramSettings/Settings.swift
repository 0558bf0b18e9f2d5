internal import HTTPSemantics
public import Journal
internal import Posix
public import Supervisor

/// The settings, read and checked.
public struct Settings: Sendable {
  /// Where the FastCGI socket listens.
  public let listen: ListenAddress
  /// The tree of data, without a last slash.
  public let data: String
  /// The folder of folders for `/archive/<hash>/`; nil where these lie in the engine.
  public let photos: String?
  /// The folder of `app.log`.
  public let logs: String
  /// Worker processes.
  public let workers: Int
  /// The lowest level of the program's own log.
  public let level: OperatorLog.Level
  /// Whether archive downloads pause between chunks.
  public let isSlowed: Bool
  /// The largest picture, in bytes.
  public let maxUpload: UInt64
  /// The largest width × height of a picture.
  public let maxPixels: UInt64
  /// Archives in flight in one worker.
  public let maxArchives: Int
  /// Archives in flight for one client address; nil for any number.
  public let maxArchivesPerClient: Int?
  /// Seconds for which nobody may have written to a file of a photo folder before it is packed; 0 for any time.
  public let settle: Int64
  /// Whether members of archives get names that every system can unpack, instead of those that they have.
  public let hasPortableNames: Bool
  /// The language of `app.log`, and of pages for a client that names none.
  public let language: ActivityLanguage
  /// The base of links, without a last slash; nil for that of the request.
  public let publicURL: String?
  /// What an upload has to bring along; nil for nothing.
  public let uploadToken: String?
  /// Whether whatever would change something is refused.
  public let isReadOnly: Bool
  /// Whether new pictures are unlisted until somebody approves them.
  public let areModerated: Bool
  /// The domain of the object store's virtual hosts, in lower case; nil where all addresses are path-style.
  public let objectDomain: String?
  /// The root pair of the object store; nil where that service is closed.
  public let rootKeys: (access: String, secret: String)?
  /// The database and the engine of several hosts; nil where everything lies in folders of this one.
  public let shared: SharedStorageSettings?

  /// Reads what was given, and fills in the defaults.
  /// - Throws: for the first value that does not parse.
  public init(_ source: SettingSource) throws(SettingError) {
    listen =
      try source.value(SettingsTable.listen, "unix:PATH or tcp:HOST:PORT") { ListenAddress($0) }
      ?? .unix(path: "var/run/fastcgi.sock")
    let data = Self.withoutLastSlash(source.text(SettingsTable.data) ?? "var/data")
    self.data = data
    photos =
      source.text(SettingsTable.photos).map(Self.withoutLastSlash)
      ?? (source.text(SettingsTable.engine) == nil ? data + "/photos" : nil)
    logs = Self.withoutLastSlash(source.text(SettingsTable.logs) ?? "var/logs")
    workers =
      try source.value(SettingsTable.workers, "a number from 1 to 256") { text in
        Int(text).flatMap { (1...256).contains($0) ? $0 : nil }
      } ?? min(256, ProcessControl.processorCount)
    level =
      try source.value(SettingsTable.level, "debug, info, warning or error") { OperatorLog.Level(rawValue: $0) }
      ?? .info
    isSlowed = try source.value(SettingsTable.debug, "on or off", Self.truth) ?? false
    maxUpload =
      try source.value(SettingsTable.maxUpload, "a size such as 5MiB, up to 1GiB") { text in
        (try? SizeText.count(text)).flatMap { (1...(1 << 30)).contains($0) ? $0 : nil }
      } ?? 5 << 20
    maxPixels =
      try source.value(SettingsTable.maxPixels, "a count such as 100M") { text in
        (try? SizeText.count(text)).flatMap { $0 > 0 ? $0 : nil }
      } ?? 100_000_000
    maxArchives = try source.value(SettingsTable.maxArchives, "a number from 1 to 1000000", Self.archiveCount) ?? 8_192
    maxArchivesPerClient =
      try source.value(SettingsTable.maxArchivesPerClient, "a number from 1 to 1000000, or off") { text in
        Self.truth(text) == false ? .some(nil) : Self.archiveCount(text).map { .some($0) }
      } ?? nil
    settle =
      try source.value(SettingsTable.settle, "a time such as 3s, up to 2m, or 0") { text in
        Self.truth(text) == false ? 0 : (try? DurationText.seconds(text)).flatMap { (0...120).contains($0) ? $0 : nil }
      } ?? 3
    hasPortableNames =
      try source.value(SettingsTable.archiveNames, "portable or exact") { text in
        switch text {
        case "portable": true
        case "exact": false
        default: nil
        }
      } ?? true
    language = try source.value(SettingsTable.language, "en, ru or es") { ActivityLanguage(rawValue: $0) } ?? .english
    publicURL = try source.value(SettingsTable.publicURL, "a link such as https://pictures.example", Self.baseURL)
    uploadToken = source.text(SettingsTable.uploadToken)
    areModerated =
      try source.value(SettingsTable.moderation, "off or queue") { text in
        text == "queue" ? true : Self.truth(text) == false ? false : nil
      } ?? false
    isReadOnly = try source.value(SettingsTable.readOnly, "on or off", Self.truth) ?? false
    objectDomain = try source.value(
      SettingsTable.objectDomain, "a domain such as s3.example.org, without scheme and port", Self.domain)
    rootKeys = try Self.rootKeys(source)
    shared = try SharedStorageSettings(source)
    try Self.checkCache(source)
  }

  /// What the web server's configuration is made from is the same for all who read the settings.
  private static func checkCache(_ source: SettingSource) throws(SettingError) {
    _ = try source.value(SettingsTable.cacheSize, "a size such as 10GiB") { try? SizeText.count($0) }
    _ = try source.value(SettingsTable.cacheTime, "a number of seconds such as 60s") { text in
      text.hasSuffix("s") ? UInt16(text.dropLast()).flatMap { (1...9_999).contains($0) ? $0 : nil } : nil
    }
  }

  private static func rootKeys(_ source: SettingSource) throws(SettingError) -> (access: String, secret: String)? {
    switch (source.text(SettingsTable.accessKey), source.text(SettingsTable.secretKey)) {
    case (nil, nil): return nil
    case (let access?, let secret?): return (access, secret)
    default:
      throw SettingError(
        "\(SettingsTable.accessKey.name) and \(SettingsTable.secretKey.name) go together: set both, or none")
    }
  }

  private static func withoutLastSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private static func archiveCount(_ text: String) -> Int? {
    Int(text).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
  }

  private static func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "on", "yes", "true": true
    case "0", "off", "no", "false": false
    default: nil
    }
  }

  /// A name of the domain system, in lower case; no address, since nothing can stand in front of one.
  private static func domain(_ text: String) -> String? {
    let name = text.lowercased()
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, labels.allSatisfy(isLabel), labels.last?.contains(where: { !isDigit($0) }) ?? false
    else { return nil }
    return name
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { isDigit($0) || $0 == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func baseURL(_ text: String) -> String? {
    let url = withoutLastSlash(text)
    guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      !url.contains("\""), !url.contains("<"), !url.contains(">")
    else { return nil }
    return url
  }
}
