internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// What a visitor says is wrong with a picture. The operator reads it.
extension ImageHost {
  nonisolated static let reason = BodyMember<String>(
    "reason", .text(lengths: 1...PictureReport.reasonLimit), "What is wrong with the picture."
  ) { value in
    // A form ends its lines with two characters, of which its own limit counts one.
    let text = value.stringValue?.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
    guard let text, (1...PictureReport.reasonLimit).contains(text.unicodeScalars.count) else { return nil }
    return text
  }

  func askForReport(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    await exchange.respond(WebResponse(status: .ok, page: ReportPage.form(metadata, exchange.request.strings)))
  }

  func reportByPage(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await report(exchange)
    await exchange.respond(WebResponse(status: .ok, page: ReportPage.done(metadata, exchange.request.strings)))
  }

  func reportByProgram(_ exchange: Exchange) async throws(Problem) {
    _ = try await report(exchange)
    await exchange.respond(WebResponse(status: .noContent))
  }

  /// Notes what the body says.
  private func report(_ exchange: Exchange) async throws(Problem) -> PictureMetadata {
    let (request, body) = (exchange.request, await read(exchange))
    // Whoever opens a page of another site must not report by that.
    if let site = request.fields["sec-fetch-site"], site != "same-origin", site != "none" {
      throw Problem(.malformedRequest, .otherSite)
    }
    let text: String
    do throws(BodyObject.Fault) {
      guard let reason = Self.reason.value(in: try body.get()) else { throw .missing(name: "reason") }
      text = reason
    } catch {
      throw Problem(error)
    }
    let metadata = try await namedPicture(exchange)
    let report = PictureReport(
      picture: metadata.name, reason: text, address: request.clientAddress, at: Clock.now())
    let outcome: ReportOutcome
    do throws(StorageError) { outcome = try await pictures.report(report) } catch { throw Problem(error) }
    switch outcome {
    case .known: break
    case .noted:
      activity.record(.pictureReported(name: metadata.originalName))
      log.info(
        "picture reported",
        ["name": metadata.name.text, "client": request.clientAddress, "request": request.identifier])
    case .tooMany, .full:
      activity.record(.pictureRefused(.tooManyReports, name: metadata.originalName))
      throw Problem(.tooManyReports)
    }
    return metadata
  }

  /// The body, or what is wrong with it: it is to be read to its end whatever becomes of the request.
  private func read(_ exchange: Exchange) async -> Result<JSONValue, BodyObject.Fault> {
    do throws(BodyObject.Fault) { return .success(try await BodyObject.read(exchange)) } catch {
      return .failure(error)
    }
  }
}
