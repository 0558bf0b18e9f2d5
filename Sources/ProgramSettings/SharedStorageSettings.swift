public import BlobEngine
internal import HTTPSemantics
internal import Posix

/// Where several hosts keep what they have in common: names in a database, bytes in an engine.
public struct SharedStorageSettings: Sendable {
  /// The connection string of the database.
  public let database: String
  /// The address of the engine.
  public let engine: EngineEndpoint
  /// The pair that the engine knows, and its region.
  public let credentials: EngineClient.Credentials
  /// How many bytes of blobs that are read again and again each worker keeps; 0 for none.
  public let cache: UInt64

  /// Reads the settings of both.
  /// - Returns: nil where neither is set.
  /// - Throws: where something is missing, or is not what it has to be.
  init?(_ source: SettingSource) throws(SettingError) {
    let engine = try source.value(
      SettingsTable.engine, "an address such as https://host:9000/bucket/prefix", { EngineEndpoint($0) })
    let cache = try source.value(SettingsTable.engineCache, "a size such as 256MiB, up to 64GiB, or 0") { text in
      (try? SizeText.count(text)).flatMap { (0...(1 << 36)).contains($0) ? UInt64($0) : nil }
    }
    let database = source.text(SettingsTable.database)
    let access = source.text(SettingsTable.engineAccessKey)
    let secret = source.text(SettingsTable.engineSecretKey)
    guard let database, let engine else {
      guard database == nil, engine == nil else {
        let missing = database == nil ? SettingsTable.database : SettingsTable.engine
        throw SettingError(
          "\(missing.name) is missing: \(SettingsTable.database.name) and \(SettingsTable.engine.name) go together: "
            + "set both, or none")
      }
      for setting in [SettingsTable.engineAccessKey, SettingsTable.engineSecretKey]
      where source.text(setting) != nil {
        throw SettingError("\(setting.name) is set, and \(SettingsTable.engine.name) is not: set both, or none")
      }
      return nil
    }
    guard let access, let secret else {
      let missing = access == nil ? SettingsTable.engineAccessKey : SettingsTable.engineSecretKey
      throw SettingError("\(missing.name) is missing: \(SettingsTable.engine.name) wants it")
    }
    self.database = database
    self.engine = engine
    credentials = EngineClient.Credentials(
      accessKey: access, secretKey: try Self.secret(secret),
      region: source.text(SettingsTable.engineRegion) ?? "us-east-1"
    )
    self.cache = cache ?? 256 << 20
  }

  /// The secret itself, or the first line of the file that is named.
  private static func secret(_ text: String) throws(SettingError) -> String {
    guard text.hasPrefix("file:") else { return text }
    let path = String(text.dropFirst(5))
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileDescriptor.open(path, .readOnly).readAll(limit: 4_096) } catch {
      throw SettingError("\(SettingsTable.engineSecretKey.name): cannot read \(path): \(error)")
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard !line.isEmpty else { throw SettingError("\(SettingsTable.engineSecretKey.name): \(path) holds no secret") }
    return String(decoding: line, as: UTF8.self)
  }
}
