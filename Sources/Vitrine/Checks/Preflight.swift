internal import EventLoop
internal import FastCGI
internal import ImageHost
internal import LocalStorage
internal import Magic
internal import Posix
internal import ProgramSettings
internal import ProxyCheck
internal import Storage
internal import Supervisor

/// What has to be in order before the program can serve. `serve` stops at the first problem, `check` lists them all.
enum Preflight {
  /// Makes the folders that are missing.
  static func firstProblem(_ settings: Settings) -> String? {
    for check in checks { if let problem = check(settings, true) { return problem } }
    return nil
  }

  /// Makes none.
  static func allProblems(_ settings: Settings) -> [String] {
    // Of a data folder that cannot be written to nothing else need be said.
    let writing = checks.prefix(1).compactMap { $0(settings, false) }
    return writing + checks.dropFirst().dropLast(writing.isEmpty ? 0 : 1).compactMap { $0(settings, false) }
      + [magicProblem(), thumbnailProblem(), spaceProblem(settings.data, SettingsTable.data)].compactMap { $0 }
      + (isOnOneFileSystem(settings) ? [] : [spaceProblem(settings.logs, SettingsTable.logs)].compactMap { $0 })
  }

  private static let checks: [@Sendable (_ settings: Settings, _ makes: Bool) -> String?] = [
    { folderProblem($0.data, SettingsTable.data, makes: $1) },
    { folderProblem($0.logs, SettingsTable.logs, makes: $1) },
    photosProblem,
    linkProblem,
    webServerProblem,
    storeProblem,
  ]

  /// A file is written for a moment into the folder, or into the one that it would be made in.
  private static func folderProblem(_ path: String, _ setting: Setting, makes: Bool) -> String? {
    do throws(Errno) {
      if makes { try makeDurably(path) }
      try withTrialFile(in: makes ? path : lastThere(path)) { _ in }
      return nil
    } catch {
      return
        "\(setting.name): cannot write to \(path): \(error); make it writable for this user, or set \(setting.name)"
    }
  }

  /// Makes a folder and those above it. They are not lost with what is written into them, should the power fail.
  private static func makeDurably(_ path: String) throws(Errno) {
    for made in try makeDirectories(path) {
      try FileDescriptor.open("\(made)/..", [.readOnly, .directory]).synchronize()
    }
  }

  /// Makes a file in a folder, and removes it when the body is done.
  private static func withTrialFile(
    in path: String, _ body: (borrowing FileDescriptor) throws(Errno) -> Void
  ) throws(Errno) {
    let folder = try FileDescriptor.open(path, [.readOnly, .directory])
    let name = ".vitrine-check-\(ProcessControl.currentID)"
    let file = try folder.open(name, [.writeOnly, .create, .exclusive], mode: 0o600)
    do throws(Errno) { try body(file) } catch {
      try? folder.unlink(name)
      throw error
    }
    try folder.unlink(name)
  }

  /// The folder, or the nearest one above it that is there.
  private static func lastThere(_ path: String) -> String {
    var path = path
    while (try? fileStatus(atPath: path)) == nil {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    return path
  }

  private static func photosProblem(_ settings: Settings, makes: Bool) -> String? {
    let name = SettingsTable.photos.name
    guard let photos = settings.photos else { return nil }
    do throws(Errno) {
      let folder = try FileDescriptor.open(photos, [.readOnly, .directory])
      _ = try folder.openBeneath(Array(".".utf8), [.readOnly, .directory]).number
      return nil
    } catch .noSystemCall {
      return "openat2(2) is not there: allow it in the sandbox (systemd's RestrictSUIDSGID=yes forbids it)"
    } catch .noSuchFile {
      guard photos == settings.data + "/photos" else {
        return "\(name): there is no folder \(photos); make it, or set \(name)"
      }
      // Whether it can be made has been said of the data folder.
      guard makes else { return nil }
      do throws(Errno) {
        try makeDurably(photos)
        return nil
      } catch {
        return "\(name): cannot make \(photos): \(error); make it, or set \(name)"
      }
    } catch {
      return "\(name): cannot read \(photos): \(error); make it readable for this user"
    }
  }

  private static func storeProblem(_ settings: Settings, makes: Bool) -> String? {
    // What lies elsewhere is tried out by SharedStart.
    guard settings.shared == nil else { return nil }
    guard makes || isStoreMade(settings.data) else { return attributesProblem(settings.data) }
    do {
      let privateFolder = try PrivateFolder(dataFolder: settings.data)
      _ = try privateFolder.secret()
      // Threads are only started for work.
      _ = try LocalPictureCatalog(
        dataFolder: settings.data, privateFolder: privateFolder, pool: BlockingPool(name: "store", limit: 1),
        threads: DiskThreads(), inspect: { _, _ in nil }, measure: { _ in nil }, log: { _ in })
      return nil
    } catch StorageError.attributesUnsupported {
      return withoutAttributes(settings.data)
    } catch {
      return "\(SettingsTable.data.name): \(settings.data) cannot be used: \(error)"
    }
  }

  /// Whether a store has been opened in a data folder before: opening it makes nothing then.
  private static func isStoreMade(_ path: String) -> Bool {
    [".vitrine/secret", "images/.vitrine", "thumbs/2x/.vitrine"].allSatisfy {
      (try? fileStatus(atPath: "\(path)/\($0)")) != nil
    }
  }

  /// What a store would find out about the file system.
  private static func attributesProblem(_ path: String) -> String? {
    do throws(Errno) {
      try withTrialFile(in: lastThere(path)) { (file) throws(Errno) in
        try file.setAttribute("user.vitrine.probe", to: [1])
      }
      return nil
    } catch .notSupported {
      return withoutAttributes(path)
    } catch {
      // That nothing can be written there has been said of the folder.
      return nil
    }
  }

  private static func withoutAttributes(_ path: String) -> String {
    "\(SettingsTable.data.name): the file system of \(path) keeps no extended attributes (user.*); use ext4, xfs, btrfs "
      + "or a tmpfs that does"
  }

  private static func spaceProblem(_ path: String, _ setting: Setting) -> String? {
    SpaceWarning.all(ofPath: lastThere(path)).first.map { "\(setting.name): \($0.text(ofPath: path))" }
  }

  private static func isOnOneFileSystem(_ settings: Settings) -> Bool {
    guard let data = try? fileStatus(atPath: lastThere(settings.data)),
      let logs = try? fileStatus(atPath: lastThere(settings.logs))
    else { return false }
    return data.device == logs.device
  }

  /// nginx follows no link below the data folder; the data folder itself may be one.
  private static func linkProblem(_ settings: Settings, makes: Bool) -> String? {
    for name in ["images", "thumbs"] {
      let path = "\(settings.data)/\(name)"
      guard let link = try? FileDescriptor.open(settings.data, [.readOnly, .directory]).status(of: name),
        link.isSymbolicLink
      else { continue }
      return
        "\(SettingsTable.data.name): \(path) is a symbolic link, which nginx does not follow; mount what it leads to"
    }
    return nil
  }

  /// Whoever connects says who asks for what.
  private static func webServerProblem(_ settings: Settings, makes: Bool) -> String? {
    guard case .tcp(let host, _) = settings.listen, host != "localhost", !NetworkAddress.isLoopback(host),
      WebServerAddresses(Environment.value(WebServerAddresses.variable)) == nil
    else { return nil }
    return
      "\(SettingsTable.listen.name): \(settings.listen.text) is open to other machines: name the web servers that may connect "
      + "in \(WebServerAddresses.variable), with commas between their addresses"
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
