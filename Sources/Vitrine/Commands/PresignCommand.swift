internal import AccountRecords
internal import ArgumentParsing
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

  static let syntax = CommandSyntax(
    options: [
      CommandOption("--expires", .required("a time such as 1h")), CommandOption("--key", .required("a name")),
      CommandOption("--url", .required("a link")), .settingsFile,
    ], operands: .exactly(2, "GET or PUT, and BUCKET/KEY"))

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let operands = arguments.operandTexts
    let method = operands[0].uppercased()
    guard method == "GET" || method == "PUT" else {
      throw .usage(.unsuitableOperand(expected: "GET or PUT: nothing else can be presigned", given: operands[0]))
    }
    let object = operands[1].drop { $0 == "/" }
    guard let slash = object.firstIndex(of: "/"), slash != object.startIndex,
      object.index(after: slash) < object.endIndex
    else { throw .usage(.unsuitableOperand(expected: "BUCKET/KEY", given: operands[1])) }
    let time = arguments.value("--expires") ?? "1h"
    guard let expires = try? DurationText.seconds(time), (1...S3Signer.longestExpiry).contains(expires) else {
      throw .usage(.unsuitableValue(option: "--expires", expected: "a time such as 1h, 7d at most", given: time))
    }
    let settings = try arguments.settings(announcedBy: "presign")
    let credentials = try credentials(arguments.value("--key"), settings)
    let origin = try origin(arguments.value("--url"), settings)
    do throws(S3AuthenticationError) {
      Terminal.say(
        try S3Signer.presign(
          method: method, origin: origin, path: "/\(object)", credentials: credentials, expires: expires,
          now: Clock.now().seconds))
      return ExitStatus.done
    } catch {
      throw .failed(error.message)
    }
  }

  /// Where the link leads.
  private static func origin(_ text: String?, _ settings: Settings) throws(CommandFailure) -> String {
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
    throw .failed(
      "say by --url where the object store is, such as --url http://pictures.example:9000; or set VITRINE_PUBLIC_URL")
  }

  /// The host of a link, an address of IPv6 with its brackets.
  private static func host(of link: String) -> Substring? {
    guard let start = link.firstRange(of: "://")?.upperBound else { return nil }
    let authority = link[start...].prefix { $0 != "/" }
    if authority.hasPrefix("[") { return authority.firstIndex(of: "]").map { authority[...$0] } }
    return authority.prefix { $0 != ":" }
  }

  private static func credentials(
    _ name: String?, _ settings: Settings
  ) throws(CommandFailure) -> S3Signer.Credentials {
    if let root = settings.rootKeys, name == nil || name == root.access {
      return S3Signer.Credentials(accessKey: root.access, secretKey: root.secret)
    }
    guard let name else {
      throw .failed("there is no root key; set VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY, or --key")
    }
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { throw .failed(problem) }
    let found: AccessKey?
    do { found = try LoopedCommand.result { try await KeyCommand.keys(settings).key(name) } } catch {
      throw .failed("cannot read the keys in \(settings.location): \(error)")
    }
    guard let key = found else { throw .failed("there is no key \(name); see vitrine key list") }
    return S3Signer.Credentials(accessKey: key.name, secretKey: key.secret)
  }
}
