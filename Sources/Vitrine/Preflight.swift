internal import FileStore
internal import ImageHost
internal import Magic
internal import Posix
internal import ProgramSettings

/// What has to be in order before the program can serve. `serve` stops at the first problem, `check` lists them all.
enum Preflight {
  static func firstProblem(_ settings: Settings) -> String? {
    for check in checks { if let problem = check(settings) { return problem } }
    return nil
  }

  static func allProblems(_ settings: Settings) -> [String] {
    checks.compactMap { $0(settings) } + [magicProblem(), thumbnailProblem()].compactMap { $0 }
  }

  private static let checks: [@Sendable (Settings) -> String?] = [
    { folderProblem($0.data, SettingsTable.data) },
    { folderProblem($0.logs, SettingsTable.logs) },
    photosProblem,
    storeProblem,
  ]

  /// The folder is made where it is missing; a file is written into it for a moment.
  private static func folderProblem(_ path: String, _ setting: Setting) -> String? {
    do throws(Errno) {
      try makeDirectories(path, mode: 0o755)
      let folder = try FileDescriptor.open(path, [.readOnly, .directory])
      let name = ".vitrine-check-\(ProcessControl.currentID)"
      _ = try folder.open(name, [.writeOnly, .create, .exclusive], mode: 0o600).number
      try folder.unlink(name)
      return nil
    } catch {
      return
        "\(setting.name): cannot write to \(path): \(error); make it writable for this user, or set \(setting.name)"
    }
  }

  private static func photosProblem(_ settings: Settings) -> String? {
    let name = SettingsTable.photos.name
    do throws(Errno) {
      let folder = try FileDescriptor.open(settings.photos, [.readOnly, .directory])
      _ = try folder.openBeneath(Array(".".utf8), [.readOnly, .directory]).number
      return nil
    } catch .noSystemCall {
      return "openat2(2) is not there: allow it in the sandbox (systemd's RestrictSUIDSGID=yes forbids it)"
    } catch .noSuchFile {
      guard settings.photos == settings.data + "/photos" else {
        return "\(name): there is no folder \(settings.photos); make it, or set \(name)"
      }
      do throws(Errno) {
        try makeDirectories(settings.photos)
        return nil
      } catch {
        return "\(name): cannot make \(settings.photos): \(error); make it, or set \(name)"
      }
    } catch {
      return "\(name): cannot read \(settings.photos): \(error); make it readable for this user"
    }
  }

  private static func storeProblem(_ settings: Settings) -> String? {
    do throws(StoreError) {
      let privateFolder = try PrivateFolder(dataFolder: settings.data)
      _ = try privateFolder.secret()
      _ = try ImageStore(
        dataFolder: settings.data, privateFolder: privateFolder, inspect: { _, _ in nil },
        measure: { _ in nil }, log: { _ in })
      return nil
    } catch .attributesUnsupported {
      return
        "\(SettingsTable.data.name): the file system of \(settings.data) keeps no extended attributes (user.*); use ext4, xfs, btrfs or a tmpfs that does"
    } catch {
      return "\(SettingsTable.data.name): \(settings.data) cannot be used: \(error)"
    }
  }

  private static func thumbnailProblem() -> String? {
    guard ThumbnailProgram.find(launcher: []) == nil else { return nil }
    return
      "\(ThumbnailProgram.name) is not on PATH: pages show whole pictures instead of thumbnails; install \(ThumbnailProgram.package)"
  }

  private static func magicProblem() -> String? {
    do throws(MagicError) {
      _ = try MagicDatabase()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
