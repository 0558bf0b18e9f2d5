internal import ArgumentParsing
internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Posix
internal import Storage

/// Which pictures `vitrine picture` lists, and how.
struct PictureListOptions: Sendable {
  private static let sort = CommandOption("--sort", .required("an order"))
  private static let json = CommandOption("--json")
  /// The options, a condition of a search each, and how the list looks.
  static let all =
    PictureCondition.allCases.map { CommandOption("--\($0.rawValue)", .required($0.expectation)) } + [sort, json]

  private var query = PictureQuery(limit: 1_000, includesUnlisted: true)
  private let isJSON: Bool

  init(_ arguments: CommandArguments) throws(UsageError) {
    isJSON = arguments.value(Self.json.name) != nil
    for condition in PictureCondition.allCases {
      let option = "--\(condition.rawValue)"
      guard let text = arguments.value(option) else { continue }
      guard query.filter.add(condition, text) else {
        throw .unsuitableValue(option: option, expected: condition.expectation, given: text)
      }
    }
    guard let text = arguments.value(Self.sort.name) else { return }
    guard let order = PictureOrder(rawValue: text) else {
      let known = PictureOrder.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsuitableValue(option: Self.sort.name, expected: "one of \(known)", given: text)
    }
    query.order = order
  }

  /// Prints a line for each picture.
  @EventLoopActor
  func list(_ pictures: Pictures) async throws(StorageError) {
    var query = query
    repeat {
      let page = try await pictures.list(query)
      for picture in page.images { Terminal.say(isJSON ? Self.line(picture.moderationJSON) : Self.line(picture)) }
      query.after = page.next
    } while query.after != nil
  }

  private static func line(_ json: JSONValue) -> String { String(decoding: JSONWriter.write(json), as: UTF8.self) }

  private static func line(_ picture: PictureMetadata) -> String {
    [
      picture.name.text, RFC3339.format(picture.uploadedAt.seconds), String(picture.content.size),
      picture.uploader ?? "-", Hexadecimal.encode(picture.content.sha256), LineEscaping.escape(picture.originalName),
    ].joined(separator: "  ")
  }
}
