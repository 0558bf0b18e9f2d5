import Journal
import Posix
import Supervisor
import Testing

@testable import ProgramSettings

struct SettingsTests {
  private func settings(_ environment: [String: String], flags: [String: String] = [:]) throws -> Settings {
    try Settings(SettingSource(flags: flags, environment: environment, configuration: nil))
  }

  /// The line that stops the start.
  private func refusal(_ environment: [String: String]) -> String? {
    do {
      _ = try settings(environment)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func whatNobodyGivesHasADefault() throws {
    let settings = try settings([:])
    #expect(settings.listen == .unix(path: "var/run/fastcgi.sock"))
    #expect(settings.data == "var/data" && settings.photos == "var/data/photos" && settings.logs == "var/logs")
    #expect(
      settings.workers == min(256, ProcessControl.processorCount) && settings.level == .info && !settings.isSlowed)
    #expect(settings.maxUpload == 5_242_880 && settings.maxPixels == 100_000_000 && settings.language == .english)
    #expect(settings.publicURL == nil && settings.uploadToken == nil && settings.rootKeys == nil)
    #expect(settings.settle == 3 && settings.hasPortableNames)
  }

  @Test(arguments: [("0", 0), ("off", 0), ("5", 5), ("5s", 5), ("2m", 120), ("", 3)] as [(String, Int64)])
  func settlingTimeIsATime(text: String, seconds: Int64) throws {
    #expect(try settings(["VITRINE_SETTLE": text]).settle == seconds)
  }

  @Test func archivesHaveExactNamesWhereThatIsSet() throws {
    #expect(try !settings(["VITRINE_ARCHIVE_NAMES": "exact"]).hasPortableNames)
  }

  @Test func everySettingIsRead() throws {
    let settings = try settings([
      "VITRINE_LISTEN": "tcp:127.0.0.1:9000", "VITRINE_DATA": "/srv/data/", "PHOTOS_DIR": "/photos//",
      "VITRINE_LOGS": "/", "VITRINE_WORKERS": "7", "VITRINE_LEVEL": "debug", "VITRINE_DEBUG": "yes",
      "VITRINE_MAX_UPLOAD": "10MiB", "VITRINE_MAX_PIXELS": "1000", "VITRINE_LANGUAGE": "ru",
      "VITRINE_PUBLIC_URL": "https://pictures.example/", "VITRINE_UPLOAD_TOKEN": "t", "VITRINE_ACCESS_KEY": "a",
      "VITRINE_SECRET_KEY": "s", "VITRINE_HTTP_PORT": "8080", "HOME": "/root",
    ])
    #expect(settings.listen == .tcp(host: "127.0.0.1", port: 9_000))
    #expect(settings.data == "/srv/data" && settings.photos == "/photos" && settings.logs == "/")
    #expect(settings.workers == 7 && settings.level == .debug && settings.isSlowed)
    #expect(settings.maxUpload == 10 << 20 && settings.maxPixels == 1_000 && settings.language == .russian)
    #expect(settings.publicURL == "https://pictures.example" && settings.uploadToken == "t")
    #expect(settings.rootKeys?.access == "a" && settings.rootKeys?.secret == "s")
  }

  @Test(arguments: [
    ("VITRINE_LISTEN", "nonsense"), ("VITRINE_LISTEN", "unix:"), ("VITRINE_WORKERS", "0"), ("VITRINE_WORKERS", "257"),
    ("VITRINE_WORKERS", "many"), ("VITRINE_WORKERS", "-1"), ("VITRINE_LEVEL", "loud"), ("VITRINE_LEVEL", "INFO"),
    ("VITRINE_DEBUG", "maybe"), ("VITRINE_MAX_UPLOAD", "0"), ("VITRINE_MAX_UPLOAD", "5 parsecs"),
    ("VITRINE_MAX_UPLOAD", "1025MiB"), ("VITRINE_MAX_UPLOAD", "99999999999999999999"), ("VITRINE_MAX_PIXELS", "0"),
    ("VITRINE_MAX_PIXELS", "x"), ("VITRINE_LANGUAGE", "xx"), ("VITRINE_PUBLIC_URL", "pictures.example"),
    ("VITRINE_PUBLIC_URL", "http://a b"), ("VITRINE_PUBLIC_URL", "http://a\"><script>"), ("VITRINE_ACCESS_KEY", "a"),
    ("VITRINE_SECRET_KEY", "s"), ("VITRINE_WROKERS", "2"), ("VITRINE_LANGUAGE", "x\ny"), ("VITRINE_ODD\nNAME", ""),
    ("VITRINE_SETTLE", "121"), ("VITRINE_SETTLE", "-1s"), ("VITRINE_SETTLE", "soon"), ("VITRINE_SETTLE", "1h"),
    ("VITRINE_ARCHIVE_NAMES", "windows"), ("VITRINE_ARCHIVE_NAMES", "Exact"),
  ])
  func wrongValueStopsTheStartWithOneLineThatNamesIt(name: String, text: String) throws {
    let line = try #require(refusal([name: text]))
    #expect(line.contains(name.split(separator: "\n")[0]) && !line.contains("\n"))
  }

  @Test func secretsAreNotToldInRefusals() throws {
    let line = try #require(refusal(["VITRINE_SECRET_KEY": "hunter2"]))
    #expect(!line.contains("hunter2"))
    // Whatever may be asked of it one day.
    let source = try SettingSource(
      flags: [:], environment: ["VITRINE_SECRET_KEY": "hunter2", "VITRINE_LEVEL": "loud"], configuration: nil)
    let ofSecret = #expect(throws: SettingError.self) { try source.value(SettingsTable.secretKey, "long") { Int($0) } }
    #expect(ofSecret.map { !"\($0)".contains("hunter2") } == true)
    let ofLevel = #expect(throws: SettingError.self) { try source.value(SettingsTable.level, "a number") { Int($0) } }
    #expect(ofLevel.map { "\($0)".contains("loud") } == true)
  }

  @Test func emptyValueIsTheDefault() throws {
    let settings = try settings(["VITRINE_WORKERS": "", "VITRINE_LANGUAGE": "", "VITRINE_UPLOAD_TOKEN": ""])
    #expect(settings.language == .english && settings.uploadToken == nil)
  }

  // MARK: Precedence

  @Test func flagBeatsEnvironmentAndThatTheFile() throws {
    let folder = TemporaryFile("VITRINE_LANGUAGE=ru\nVITRINE_LEVEL=error\nVITRINE_WORKERS=3\n")
    let source = try SettingSource(
      flags: ["VITRINE_LEVEL": "debug"], environment: ["VITRINE_LANGUAGE": "es", "VITRINE_LEVEL": "warning"],
      configuration: folder.path)
    let settings = try Settings(source)
    #expect(settings.level == .debug && settings.language == .spanish && settings.workers == 3)
  }

  @Test func refusalSaysWhereTheValueCameFrom() {
    let file = TemporaryFile("VITRINE_WORKERS=many\n")
    let expected = "VITRINE_WORKERS is a number from 1 to 256, not “many”"
    #expect(throws: SettingError("\(expected) (\(file.path))")) {
      try Settings(SettingSource(flags: [:], environment: [:], configuration: file.path))
    }
    #expect(throws: SettingError("\(expected) (command line)")) {
      try Settings(SettingSource(flags: ["VITRINE_WORKERS": "many"], environment: [:], configuration: nil))
    }
  }

  @Test func fileIsRefusedForAnUnknownNameOrWhereItIsMissing() {
    for (content, part) in [("VITRINE_WROKERS=2", "VITRINE_WROKERS"), ("HOME=/", "HOME"), ("nonsense", "line 1")] {
      let file = TemporaryFile(content)
      do {
        _ = try SettingSource(flags: [:], environment: [:], configuration: file.path)
        Issue.record("\(content) passed")
      } catch {
        #expect("\(error)".contains(part) && "\(error)".contains(file.path))
      }
    }
    #expect(throws: SettingError.self) {
      try SettingSource(flags: [:], environment: [:], configuration: "/no/such/file")
    }
  }

  // MARK: The table

  @Test func tableNamesEachSettingOnce() {
    let names = SettingsTable.all.map(\.name)
    #expect(Set(names).count == names.count && SettingsTable.foreignNames.isDisjoint(with: names))
    let flags = SettingsTable.all.compactMap(\.flag)
    #expect(Set(flags).count == flags.count && flags.allSatisfy { $0.hasPrefix("--") })
    #expect(SettingsTable.all.allSatisfy { !$0.help.isEmpty && !$0.help.contains("\n") && !$0.defaultText.isEmpty })
  }

  /// A default that could stand in a settings file means there what the program does without it.
  @Test func defaultsInTheTableAreThoseOfTheProgram() throws {
    let texts = Dictionary(
      uniqueKeysWithValues: SettingsTable.all.filter { !$0.defaultText.contains(" ") && $0.defaultText != "none" }
        .map { ($0.name, $0.defaultText == "$VITRINE_DATA/photos" ? "var/data/photos" : $0.defaultText) })
    #expect(texts.count > 8)
    let (given, bare) = (try settings(texts), try settings([:]))
    #expect(String(describing: given) == String(describing: bare))
  }

  @Test func databaseAndEngineGoTogether() throws {
    let all = [
      "VITRINE_DATABASE": "host=db password=hidden", "VITRINE_ENGINE": "https://engine.example:9000/bucket/prefix",
      "VITRINE_ENGINE_ACCESS_KEY": "key", "VITRINE_ENGINE_SECRET_KEY": "hidden",
    ]
    func read(_ environment: [String: String]) throws -> Settings {
      try Settings(SettingSource(flags: [:], environment: environment, configuration: nil))
    }
    let settings = try read(all)
    #expect(settings.shared?.engine.description == "https://engine.example:9000/bucket/prefix")
    #expect(settings.shared?.credentials.region == "us-east-1")
    #expect(settings.photos == nil)
    #expect(try read(all.merging(["PHOTOS_DIR": "/photos/"]) { $1 }).photos == "/photos")
    for name in all.keys {
      let error = #expect(throws: SettingError.self) { try read(all.filter { $0.key != name }) }
      #expect(error?.description.contains(name) == true && error?.description.contains("hidden") == false)
    }
    for wrong in ["ftp://engine/bucket", "https://engine", "https://engine/bucket?x"] {
      #expect(throws: SettingError.self) { try read(all.merging(["VITRINE_ENGINE": wrong]) { $1 }) }
    }
    #expect(throws: SettingError.self) {
      try read(all.merging(["VITRINE_ENGINE_SECRET_KEY": "file:/nowhere/secret"]) { $1 })
    }
    #expect(settings.shared?.cache == 256 << 20)
    for (text, bytes) in ["0": 0, "1GiB": 1 << 30, "64GiB": 1 << 36] as [String: UInt64] {
      #expect(try read(all.merging(["VITRINE_ENGINE_CACHE": text]) { $1 }).shared?.cache == bytes)
    }
    for wrong in ["-1", "65GiB", "much"] {
      #expect(throws: SettingError.self) { try read(all.merging(["VITRINE_ENGINE_CACHE": wrong]) { $1 }) }
    }
    #expect(try read([:]).shared == nil)
  }
}
