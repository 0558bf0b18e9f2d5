internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

extension Console {
  private nonisolated static let pageLimit = 200

  nonisolated static let pictureRoutes = [
    route(.get, "pictures", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listPictures(exchange)
    },
    route(.delete, "pictures/{name}", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.deletePicture(exchange)
    },
    route(.get, "blocked", for: .operator) { (console, _, _) async throws(ConsoleProblem) in
      do throws(StorageError) {
        let blocked = try await console.pictures.blockedPictures()
        return WebResponse(status: .ok, json: ["blocked": .array(blocked.map(\.consoleJSON))])
      } catch {
        throw ConsoleProblem(error)
      }
    },
    route(.post, "blocked", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.blockPicture(exchange)
    },
    route(.delete, "blocked/{sha256}", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.unblockPicture(exchange)
    },
    route(.get, "folders", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listFolders(exchange)
    },
  ]

  /// Pictures that a search finds, unlisted ones too, a page of them.
  private func listPictures(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let query = try Self.query(exchange.request.target.query)
    let (page, totals): (PictureListing, PictureTotals)
    do throws(StorageError) {
      page = try await pictures.list(query)
      totals = try await pictures.totals()
    } catch {
      throw ConsoleProblem(error)
    }
    return WebResponse(
      status: .ok,
      json: [
        "pictures": .array(page.images.map(\.moderationJSON)), "next": page.next.map { .string($0.text) } ?? .null,
        "count": .int(Int64(totals.listed + totals.unlisted)), "bytes": .int(Int64(clamping: totals.bytes)),
      ])
  }

  /// What a page of a search is asked for by.
  /// - Throws: `malformed-request` for a parameter that is unknown, or has a value that it cannot have.
  private nonisolated static func query(_ parameters: QueryParameters) throws(ConsoleProblem) -> PictureQuery {
    var query = PictureQuery(limit: 50, includesUnlisted: true)
    var cursor: String?
    for parameter in parameters.parameters {
      let name = String(decoding: parameter.name, as: UTF8.self)
      let value = String(decoding: parameter.value, as: UTF8.self)
      switch name {
      case "limit":
        guard let limit = Int(value), (1...pageLimit).contains(limit) else {
          throw ConsoleProblem(.malformedRequest, name)
        }
        query.limit = limit
      case "sort":
        guard let order = PictureOrder(rawValue: value) else { throw ConsoleProblem(.malformedRequest, name) }
        query.order = order
      case "after": cursor = value
      default:
        guard let condition = PictureCondition(rawValue: name), query.filter.add(condition, value) else {
          throw ConsoleProblem(.malformedRequest, name)
        }
      }
    }
    if let cursor {
      guard let after = PictureCursor(cursor) else { throw ConsoleProblem(.malformedRequest, "after") }
      query.after = after
    }
    return query
  }

  private func deletePicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    guard let name = StoredName(exchange.captures["name"] ?? "") else { throw ConsoleProblem(.notFound) }
    let metadata: PictureMetadata
    do throws(StorageError) { metadata = try await pictures.delete(name) } catch { throw ConsoleProblem(error) }
    activity.record(.pictureDeleted(name: metadata.originalName))
    log.info(
      "picture deleted",
      ["name": name.text, "client": exchange.request.clientAddress, "request": exchange.request.identifier])
    return WebResponse(status: .noContent)
  }

  // MARK: Blocking

  /// Blocks a picture by its `name`, or by its `sha256`, and deletes all copies of it.
  private func blockPicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let (name, shown, removed): (StoredName?, String, [PictureMetadata])
    if let digest = body["sha256"]?.stringValue {
      guard let bytes = Hexadecimal.decode(digest.utf8, byteCount: SHA256.byteCount) else {
        throw ConsoleProblem(.malformedRequest, "sha256")
      }
      (name, shown) = (nil, digest)
      do throws(StorageError) { removed = try await pictures.block(sha256: bytes) } catch {
        throw ConsoleProblem(error)
      }
    } else {
      guard let stored = StoredName(try body.text("name")) else { throw ConsoleProblem(.notFound) }
      do throws(StorageError) { removed = try await pictures.block(stored) } catch { throw ConsoleProblem(error) }
      name = stored
      shown = removed.first { $0.name == stored }?.originalName ?? stored.text
    }
    activity.record(.pictureBlocked(name: shown, copies: removed.count))
    log.info(
      "picture blocked", ["name": name?.text ?? shown, "copies": removed.count, "request": exchange.request.identifier])
    return WebResponse(status: .created, json: ["deleted": .array(removed.map { .string($0.name.text) })])
  }

  private func unblockPicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let text = exchange.captures["sha256"] ?? ""
    guard let digest = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount) else {
      throw ConsoleProblem(.notFound)
    }
    do throws(StorageError) { try await pictures.unblock(sha256: digest) } catch { throw ConsoleProblem(error) }
    activity.record(.pictureUnblocked(digest: text))
    log.info("picture unblocked", ["sha256": text, "request": exchange.request.identifier])
    return WebResponse(status: .noContent)
  }

  // MARK: Photo folders

  /// Photo folders with their sizes, a page at a time: to know a size, a folder has to be walked.
  private func listFolders(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let after = exchange.request.target.query.first("after") ?? ""
    do throws(StorageError) {
      return WebResponse(status: .ok, json: try await FolderPage.read(folders, trees, after: after, limit: 50).json)
    } catch {
      throw ConsoleProblem(.internalError, "the photo folders cannot be read")
    }
  }
}

extension BlockedPicture {
  fileprivate var consoleJSON: JSONValue {
    ["sha256": .string(Hexadecimal.encode(sha256)), "name": .string(name), "blocked": .int(blocked.seconds)]
  }
}
