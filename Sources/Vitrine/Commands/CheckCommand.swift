internal import ArgumentParsing
internal import HTTPTransfer
internal import LocalStorage
internal import Posix
internal import ProgramSettings
internal import ProxyCheck
internal import S3Authentication
internal import Storage

/// `vitrine check`.
enum CheckCommand {
  static let help = """
    usage: vitrine check [--config FILE] [--url URL] [--s3-url URL]

    Checks settings, folders, permissions and libmagic's database, and looks through the photo folders for what cannot
    be packed. Prints a line for each problem; exit status 1 if there is one. It makes no folder. Called by root, it
    checks as the user of the service, or else as the owner of the data folder. On a server it also says what the unit
    of the service makes of the settings: folders that it may not write or does not see. A remark on standard error
    tells when the nginx of this host allows too few connections.

      --config FILE  settings file; /etc/vitrine/vitrine.conf where the program is installed
      --url URL      also asks the running service through its web server at http://host or https://host, with or
                     without a port: limits on bodies, Host, scheme and address as the program sees them, resumed
                     downloads, persistent connections, protecting headers, the certificate. It stores nothing; app.log
                     gains a few lines
      --s3-url URL   the same for the object store: signatures, limits on bodies
    """

  static let syntax = CommandSyntax(
    options: [
      .settingsFile, CommandOption("--url", .required("a link")), CommandOption("--s3-url", .required("a link")),
    ])

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let images = try origin("--url", arguments)
    let objects = try origin("--s3-url", arguments)
    return check(
      try arguments.settings(announcedBy: "check"), file: arguments.settingsFile, images: images, objects: objects)
  }

  private static func origin(_ option: String, _ arguments: CommandArguments) throws(CommandFailure) -> HTTPOrigin? {
    guard let text = arguments.value(option) else { return nil }
    guard let origin = HTTPOrigin(text) else {
      throw .usage(
        .unsuitableValue(
          option: option, expected: "http://host or https://host, with or without a port", given: text))
    }
    return origin
  }

  private static func check(
    _ settings: Settings, file: String?, images: HTTPOrigin?, objects: HTTPOrigin?
  ) -> Int32 {
    // As root, who may ask systemd and see everything.
    let sandbox = InstalledProgram.sandbox(settingsFile: file)
    var problems = sandbox.map { ServicePreflight.problems(settings, $0) } ?? []
    let identity =
      sandbox?.user.map { ServiceIdentity.assume(user: $0) } ?? ServiceIdentity.assumeOwner(ofDataFolder: settings.data)
    problems += [identity].compactMap { $0 }
    problems += Preflight.allProblems(settings)
    if let shared = settings.shared { problems += sharedProblems(settings, shared) }
    problems += PhotoFolderCheck.problems(settings)
    if let images { problems += say(probe(images, settings), images) }
    if let objects { problems += say(probe(objects: objects, settings), objects) }
    for problem in problems { Terminal.say(problem) }
    // Another program's file, which may be as it is for a reason: reported, and no problem of Vitrine's.
    if let remark = WebServerLimits.remark() { Terminal.complain("note: \(remark)") }
    if problems.isEmpty { Terminal.say("all is well") }
    return problems.isEmpty ? ExitStatus.done : ExitStatus.failed
  }

  /// What is wrong with database and engine.
  private static func sharedProblems(_ settings: Settings, _ shared: SharedStorageSettings) -> [String] {
    do {
      switch try SharedStart.run(settings, shared) {
      case .ready(_, let remarks):
        for remark in remarks { Terminal.complain("note: \(remark)") }
        return []
      case .refused(let problems): return problems
      }
    } catch {
      return ["\(error)"]
    }
  }

  private static func probe(_ origin: HTTPOrigin, _ settings: Settings) -> CheckReport {
    let expected = ImageHostProbe.Expectation(
      maxUpload: settings.maxUpload, uploadToken: settings.uploadToken, publicURL: settings.publicURL,
      archive: PhotoFolderCheck.firstPackable(settings)?.text)
    return ImageHostProbe(origin, expected).run()
  }

  private static func probe(objects origin: HTTPOrigin, _ settings: Settings) -> CheckReport {
    ObjectStoreProbe(origin, signedTarget: settings.rootKeys.flatMap { signedTarget(origin, $0.access, $0.secret) })
      .run()
  }

  /// An address whose every byte counts for its signature: what a web server would decode or tidy up is in it.
  private static func signedTarget(_ origin: HTTPOrigin, _ access: String, _ secret: String) -> String? {
    let link = try? S3Signer.presign(
      method: "GET", origin: "\(origin)", path: "/vitrine-check-none/a b+c//ä%2F/",
      query: [("response-expires", "a+b c")],
      credentials: S3Signer.Credentials(accessKey: access, secretKey: secret), expires: 60, now: Clock.now().seconds)
    return link.map { String($0.dropFirst("\(origin)".count)) }
  }

  /// The findings as lines; what could not be looked at is said at once, since it is no problem.
  private static func say(_ report: CheckReport, _ origin: HTTPOrigin) -> [String] {
    for note in report.notChecked { Terminal.say("\(origin): not checked: \(note)") }
    return report.findings.map { "\(origin): \($0)" }
  }
}
