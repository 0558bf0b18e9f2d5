internal import ArgumentParsing
internal import HTTPSemantics
internal import Posix
internal import ProgramSettings

extension CommandOption {
  /// The option by which most commands get their settings.
  static let settingsFile = CommandOption("--config", .required("a file"))
}

extension CommandArguments {
  /// The path of the settings file that is named; nil where none is.
  var settingsFile: String? { value(CommandOption.settingsFile.name) }

  /// The settings: from flags, the environment, and the file that is named or belongs to the installed program.
  /// - Throws: for a flag that says what no setting may be, which is wrong usage, and for settings that cannot be read.
  func settings() throws(CommandFailure) -> Settings {
    let flags = settingFlags
    for (name, value) in flags { try Self.check(name, value) }
    do throws(SettingError) {
      return try Settings(
        SettingSource(
          flags: flags, environment: Environment.all(), configuration: settingsFile ?? InstalledProgram.settingsFile))
    } catch {
      throw .settings(error)
    }
  }

  /// The same for a command that works on a tree. Where neither the command line nor the environment says which one is
  /// meant, a line on standard error does.
  func settings(announcedBy command: String) throws(CommandFailure) -> Settings {
    let settings = try settings()
    if settingsFile == nil, Environment.value(SettingsTable.data.name) == nil {
      let source = InstalledProgram.settingsFile.map { "the settings in \($0)" } ?? "default: no --config was given"
      Terminal.complain("vitrine \(command): the tree is \(Self.fullPath(settings.data)) (\(source))")
    }
    return settings
  }

  /// The options that are settings, by the names of these.
  private var settingFlags: [String: String] {
    var flags: [String: String] = [:]
    for option in options {
      guard let setting = SettingsTable.all.first(where: { $0.flag == option.name }) else { continue }
      flags[setting.name] = option.value
    }
    return flags
  }

  /// A flag must say what its setting may be, whatever the environment and the file say.
  private static func check(_ name: String, _ value: String) throws(CommandFailure) {
    do throws(SettingError) {
      _ = try Settings(SettingSource(flags: [name: value], environment: [:], configuration: nil))
    } catch {
      throw .usage(.unsuitableEnvironment(error.description))
    }
  }

  private static func fullPath(_ path: String) -> String {
    path.hasPrefix("/") ? path : ((try? currentDirectoryPath()) ?? ".") + "/" + path
  }
}
