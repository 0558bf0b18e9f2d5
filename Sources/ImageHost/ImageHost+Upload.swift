internal import Digests
internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  /// What became of the files of an upload.
  struct UploadOutcome {
    var stored: [PictureMetadata] = []
    var rejected: [(name: String, problem: Problem)] = []
  }

  nonisolated static let uploadToken = Credential(
    "uploadToken", .bearer, "The upload token, where the server has one; a form may have it as the field token instead."
  )
  nonisolated static let rawName = Parameter.text("name", "The file name of a picture that is the body itself.")

  // MARK: Routes

  func uploadByProgram(_ exchange: Exchange) async throws(Problem) {
    let outcome = try await upload(exchange, rawName: exchange.value(Self.rawName))
    try await answer(exchange, outcome)
  }

  func uploadByName(_ exchange: Exchange) async throws(Problem) {
    let outcome = try await upload(exchange, rawName: exchange.captures["name"], isRaw: true)
    try await answer(exchange, outcome)
  }

  func uploadByPage(_ exchange: Exchange) async {
    do throws(Problem) {
      let outcome = try await upload(exchange, rawName: nil)
      await answerPage(exchange, outcome)
    } catch {
      await exchange.respond(error.response(prefersHTML: true, language: exchange.request.language))
    }
  }

  // MARK: Receiving

  /// Receives and publishes; each refusal is in the activity log when this returns or throws.
  private func upload(
    _ exchange: Exchange, rawName: String?, isRaw: Bool = false
  ) async throws(Problem) -> UploadOutcome {
    do throws(Problem) {
      let boundary = isRaw ? nil : try multipartBoundary(exchange)
      let isForm = boundary != nil
      let token = Self.uploadToken.shown(by: exchange.request)
      if !isForm || token != nil { try authorize(token) }
      let received: UploadReceiver.Received
      if let boundary {
        received = try await receiver.form(exchange, boundary: boundary)
        if token == nil { try await authorizeForm(received) }
      } else {
        guard let rawName, !rawName.isEmpty else {
          throw Problem(.malformedRequest, .noName)
        }
        received = try await receiver.raw(exchange, name: rawName)
      }
      guard !received.pictures.isEmpty else {
        throw Problem(.malformedRequest, .noFile)
      }
      return await publish(exchange, received)
    } catch {
      record(error, name: rawName, exchange)
      throw error.withoutContext
    }
  }

  private func multipartBoundary(_ exchange: Exchange) throws(Problem) -> String? {
    guard let type = exchange.request.fields["content-type"].flatMap({ MediaType(parsing: $0) }) else { return nil }
    guard type.type == "multipart" else { return nil }
    guard let boundary = type.parameter("boundary") else {
      throw Problem(.malformedRequest, .malformedForm(code: "no-boundary"))
    }
    return boundary
  }

  private func authorize(_ token: String?) throws(Problem) {
    guard let needed = configuration.uploadToken else { return }
    guard let token, ConstantTime.equals(Array(token.utf8), Array(needed.utf8)) else {
      throw Problem(.tokenRequired, .uploadToken)
    }
  }

  private func authorizeForm(_ received: UploadReceiver.Received) async throws(Problem) {
    do throws(Problem) {
      try authorize(received.options.token)
    } catch {
      await receiver.discard(received.pictures)
      throw error
    }
  }

  private func publish(_ exchange: Exchange, _ received: UploadReceiver.Received) async -> UploadOutcome {
    var outcome = UploadOutcome()
    let (options, uploader) = (received.options, exchange.request.clientAddress)
    for picture in received.pictures {
      do throws(StorageError) {
        let metadata = try await picture.publish(options.ofPicture, from: uploader)
        outcome.stored.append(metadata)
        activity.record(.pictureUploaded(name: metadata.originalName))
        log.info(
          "picture uploaded",
          [
            "name": metadata.name.text, "bytes": metadata.content.size, "type": metadata.mediaType,
            "client": exchange.request.clientAddress, "request": exchange.request.identifier,
          ])
      } catch {
        let problem = Problem(error)
        outcome.rejected.append((picture.originalName, problem))
        record(problem, name: picture.originalName, exchange)
      }
    }
    return outcome
  }

  private func record(_ problem: Problem, name: String?, _ exchange: Exchange) {
    guard let refusal = ActivityEvent.Refusal(rawValue: problem.code.rawValue) else {
      log.error("upload failed: \(problem.context ?? "")", ["request": exchange.request.identifier])
      return
    }
    let isRecorded = activity.record(.pictureRefused(refusal, name: name.map { FileName(clientSupplied: $0).text }))
    // Where app.log only counts them, this log need not have a line of each either; but that nothing can be stored any more
    // is the operator's to mend.
    guard isRecorded || problem.code == .storageFull else { return }
    log.log(
      problem.code == .storageFull ? .error : .info, "upload refused",
      [
        "code": problem.code.rawValue, "detail": problem.text(LocalizedStrings(.english)),
        "client": exchange.request.clientAddress,
        "request": exchange.request.identifier,
      ])
  }

  // MARK: Answers

  private func answer(_ exchange: Exchange, _ outcome: UploadOutcome) async throws(Problem) {
    let strings = exchange.request.strings
    guard let first = outcome.stored.first else {
      let problem = outcome.rejected.first?.problem.withoutContext
      throw problem ?? Problem(.internalError, context: "an upload without outcome")
    }
    let links = links(exchange)
    let json: JSONValue
    if outcome.stored.count + outcome.rejected.count == 1 {
      json = UploadedPicture.shape.json(uploaded(first, links))
    } else {
      json = UploadedFiles.shape.json(
        UploadedFiles(
          stored: outcome.stored.map { uploaded($0, links) },
          rejected: outcome.rejected.map {
            UploadedFiles.Rejected(name: $0.name, problem: Problem.Worded(problem: $0.problem, strings: strings))
          }))
    }
    var response = WebResponse(status: .created, json: json)
    response.fields.set("Location", links.picture(first.name))
    response.fields.set("Cache-Control", "no-store")
    await exchange.respond(response)
  }

  private func uploaded(_ metadata: PictureMetadata, _ links: PictureLinks) -> UploadedPicture {
    UploadedPicture(
      picture: DescribedPicture(metadata: metadata, links: links), token: tokens.make(for: metadata.name.text))
  }

  private func answerPage(_ exchange: Exchange, _ outcome: UploadOutcome) async {
    let language = exchange.request.language
    if outcome.stored.isEmpty, outcome.rejected.count == 1, let only = outcome.rejected.first {
      return await exchange.respond(only.problem.response(prefersHTML: true, language: language))
    }
    let page = UploadedPage.make(outcome, links: links(exchange), tokens: tokens, exchange.request.strings)
    let status = outcome.stored.isEmpty ? outcome.rejected.first?.problem.code.status ?? .created : .created
    await exchange.respond(WebResponse(status: status, page: page))
  }
}

extension Problem {
  /// As the client gets it: the operator has the reason in the log.
  fileprivate var withoutContext: Problem {
    var problem = self
    problem.context = nil
    return problem
  }
}
