internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import ProgramSettings
internal import S3Authentication
internal import Storage

/// `vitrine presign`: a link to an object that is good for a while, for whoever has it.
enum PresignCommand {
  static let help = """
    usage: vitrine presign GET|PUT BUCKET/KEY [--expires 1h] [--key NAME] [--url URL] [--config FILE]

    Prints a link by which an object can be fetched or put, without a key, until it expires.

      --expires TIME  how long it is good for: 1h unless said otherwise, 7d at most
      --key NAME      the access key that signs it; the root key unless said otherwise
      --url URL       where the object store is, as whoever gets the link reaches it. Unless said otherwise, that is
                      port 9000 (VITRINE_S3_PORT) of the host in VITRINE_PUBLIC_URL, or of 127.0.0.1 for a program
                      that is not installed
      --config FILE   settings file
    """

  @Sendable static func run(_ arguments: [String]) -> Int32 {
    let line: CommandLineOptions
    do throws(CommandLineProblem) {
      line = try CommandLineOptions(arguments, known: ["--expires", "--key", "--url", "--config"])
    } catch {
      return usage(error.description)
    }
    guard line.operands.count == 2 else { return usage("say GET or PUT, and BUCKET/KEY") }
    let method = line.operands[0].uppercased()
    guard method == "GET" || method == "PUT" else { return usage("only GET and PUT can be presigned") }
    let object = line.operands[1].drop { $0 == "/" }
    guard let slash = object.firstIndex(of: "/"), slash != object.startIndex,
      object.index(after: slash) < object.endIndex
    else { return usage("\(object) is no BUCKET/KEY") }
    guard let expires = try? DurationText.seconds(line.values["--expires"] ?? "1h"),
      (1...S3Signer.longestExpiry).contains(expires)
    else { return usage("--expires is a time such as 1h, 7d at most") }
    switch line.settings(command: "presign") {
    case .stopped(let status): return status
    case .settings(let settings):
      guard let credentials = credentials(line.values["--key"], settings) else { return ExitStatus.failed }
      guard let origin = origin(line.values["--url"], settings) else { return ExitStatus.failed }
      return sign(method, "/\(object)", origin, credentials, expires)
    }
  }

  /// Where the link leads; nil after a line that says that nobody told.
  private static func origin(_ text: String?, _ settings: Settings) -> String? {
    let port = Environment.value("VITRINE_S3_PORT") ?? "9000"
    if var origin = text {
      while origin.hasSuffix("/") { origin.removeLast() }
      return origin
    }
    if let link = settings.publicURL, let host = host(of: link) {
      let origin = "\(link.hasPrefix("https:") ? "https" : "http")://\(host):\(port)"
      Terminal.complain("vitrine presign: for the object store at \(origin); --url names another")
      return origin
    }
    guard InstalledProgram.settingsFile != nil else { return "http://127.0.0.1:\(port)" }
    Terminal.complain(
      "vitrine presign: say by --url where the object store is, such as --url http://pictures.example:9000; or set "
        + "VITRINE_PUBLIC_URL")
    return nil
  }

  /// The host of a link, an address of IPv6 with its brackets.
  private static func host(of link: String) -> Substring? {
    guard let start = link.firstRange(of: "://")?.upperBound else { return nil }
    let authority = link[start...].prefix { $0 != "/" }
    if authority.hasPrefix("[") { return authority.firstIndex(of: "]").map { authority[...$0] } }
    return authority.prefix { $0 != ":" }
  }

  private static func credentials(_ name: String?, _ settings: Settings) -> S3Signer.Credentials? {
    if let root = settings.rootKeys, name == nil || name == root.access {
      return S3Signer.Credentials(accessKey: root.access, secretKey: root.secret)
    }
    guard let name else {
      Terminal.complain(
        "vitrine presign: there is no root key; set VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY, or --key")
      return nil
    }
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) {
      Terminal.complain("vitrine presign: \(problem)")
      return nil
    }
    do throws(StoreError) {
      guard let key = try AccessKeyStore(in: try PrivateFolder(dataFolder: settings.data)).key(name) else {
        Terminal.complain("vitrine presign: there is no key \(name); see vitrine key list")
        return nil
      }
      return S3Signer.Credentials(accessKey: key.name, secretKey: key.secret)
    } catch {
      Terminal.complain("vitrine presign: cannot read the keys in \(settings.data): \(error)")
      return nil
    }
  }

  private static func sign(
    _ method: String, _ path: String, _ origin: String, _ credentials: S3Signer.Credentials, _ expires: Int64
  ) -> Int32 {
    do throws(S3AuthenticationError) {
      Terminal.say(
        try S3Signer.presign(
          method: method, origin: origin, path: path, credentials: credentials, expires: expires,
          now: Clock.now().seconds))
      return ExitStatus.done
    } catch {
      Terminal.complain("vitrine presign: \(error.message)")
      return ExitStatus.failed
    }
  }

  private static func usage(_ message: String) -> Int32 {
    Terminal.misused("presign", message)
  }
}
