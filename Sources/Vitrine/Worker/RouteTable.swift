internal import ArchiveDownload
internal import Console
internal import HTTPSemantics
internal import ImageHost
internal import ObjectStorage
internal import WebService

/// All routes of the program in one place: those of each service, in the order in which they are tried.
enum RouteTable {
  /// The services' lines, before any service is running.
  static let signatures: [RouteSignature] =
    ImageHost.table.map(\.signature) + ArchiveDownload.table.map(\.signature) + HealthRoutes.table.map(\.signature)
    + ConnectionRoute.table.map(\.signature) + DocumentRoute.table.map(\.signature)

  /// The lines with the services of a worker behind them, in the same order.
  static func routes(
    images: ImageHost, archives: ArchiveDownload, health: HealthRoutes, document: DocumentRoute
  ) -> [Route] {
    ImageHost.table.map { $0.bound(to: images) } + ArchiveDownload.table.map { $0.bound(to: archives) }
      + HealthRoutes.table.map { $0.bound(to: health) } + ConnectionRoute.table.map { $0.bound(to: ConnectionRoute()) }
      + DocumentRoute.table.map { $0.bound(to: document) }
  }

  /// The description of what stands behind the web server's first port.
  /// - Parameter absent: the credentials that this server does not ask for.
  static func interface(without absent: Set<String>) -> OpenAPIDocument {
    OpenAPIDocument(
      title: "Vitrine: image host and archives", version: ProgramVersion.text,
      description:
        "Uploads, lists, deletions and archives. What is not a picture or an archive is JSON for programs and "
        + "a page for people. Parameters are checked first, then tokens, then the body.",
      routes: signatures, without: absent)
  }

  /// The names under which the metrics count requests: the routes, one for those without a route, and the operations of
  /// the object store.
  static let names: [String] =
    signatures.map(\.name) + ["none"] + ObjectStorage.operationNames
    + Console.table.map(\.signature.name) + ["none"]

  /// The place of the object store's first operation among the names.
  static let firstObjectOperation = signatures.count + 1

  /// The place of the console's first route among the names.
  static let firstConsoleRoute = firstObjectOperation + ObjectStorage.operationNames.count

  /// A line for each route: methods, then the pattern.
  static var lines: [String] {
    signatures.map { signature in
      "\(signature.methods.map(\.rawValue).joined(separator: ",")) \(signature.pattern)"
    }
  }
}
