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

  /// All pictures, unlisted ones too, newest first.
  private func listPictures(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let query = exchange.request.target.query
    let limit = query.first("limit").flatMap { Int($0) } ?? 50
    guard (1...Self.pageLimit).contains(limit) else { throw ConsoleProblem(.malformedRequest, "limit") }
    var after: PictureCursor?
    if let text = query.first("after") {
      guard let cursor = PictureCursor(text) else { throw ConsoleProblem(.malformedRequest, "after") }
      after = cursor
    }
    let (page, totals): (PictureListing, PictureTotals)
    do throws(StorageError) {
      page = try await pictures.list(PictureQuery(limit: limit, after: after, includesUnlisted: true))
      totals = try await pictures.totals()
    } catch {
      throw ConsoleProblem(error)
    }
    return WebResponse(
      status: .ok,
      json: [
        "pictures": .array(page.images.map(\.consoleJSON)), "next": page.next.map { .string($0.text) } ?? .null,
        "count": .int(Int64(totals.listed + totals.unlisted)), "bytes": .int(Int64(clamping: totals.bytes)),
      ])
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

extension PictureMetadata {
  fileprivate var consoleJSON: JSONValue {
    [
      "name": .string(name.text), "original_name": .string(originalName), "type": .string(mediaType),
      "width": .int(Int64(width)), "height": .int(Int64(height)), "size": .int(Int64(clamping: content.size)),
      "sha256": .string(Hexadecimal.encode(content.sha256)), "uploaded": .int(uploadedAt.seconds),
      "visibility": .string(visibility.rawValue), "expires": expiresAt.map { .int($0.seconds) } ?? .null,
      "address": uploader.map { .string($0) } ?? .null,
    ]
  }
}

extension BlockedPicture {
  fileprivate var consoleJSON: JSONValue {
    ["sha256": .string(Hexadecimal.encode(sha256)), "name": .string(name), "blocked": .int(blocked.seconds)]
  }
}
