internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Pictures
internal import WebService

/// Reads the body of an upload into pictures and options, in bounded memory.
@EventLoopActor
struct UploadReceiver {
  /// The most files of one form, which nginx's body limit is made for, too.
  static let fileLimit = 20
  /// The most bytes of a form field that is no file.
  private static let fieldLimit = 4_096

  let pictures: Pictures

  struct Received {
    var pictures: [IncomingPicture]
    var options: UploadOptions
  }

  /// A body that is the picture itself.
  func raw(_ exchange: Exchange, name: String) async throws(Problem) -> Received {
    let options = try UploadOptions(exchange.request.target.query)
    let picture = pictures.incoming(named: name)
    do throws(RequestFailure) {
      while let bytes = try await exchange.body.next() {
        await take(bytes[...], picture)
      }
    } catch {
      await discard([picture])
      throw Problem(body: error)
    }
    return Received(pictures: [picture], options: options)
  }

  /// A form: every part with a file name is a picture.
  func form(_ exchange: Exchange, boundary: String) async throws(Problem) -> Received {
    let query = exchange.request.target.query
    var form = Form(options: try UploadOptions(query), named: UploadOptions.named(in: query))
    do throws(Problem) {
      var parser: MultipartParser
      do throws(MultipartError) {
        parser = try MultipartParser(boundary: boundary)
      } catch {
        throw malformed(error)
      }
      do throws(RequestFailure) {
        while let bytes = try await exchange.body.next() {
          var events: [MultipartEvent] = []
          var fault: MultipartError?
          do throws(MultipartError) {
            try parser.consume(bytes[...], into: &events)
          } catch {
            fault = error
          }
          for event in events { await take(event, &form) }
          if let fault, form.problem == nil { form.problem = malformed(fault) }
        }
      } catch {
        throw Problem(body: error)
      }
      do throws(MultipartError) {
        try parser.finish()
      } catch {
        throw form.problem ?? malformed(error)
      }
      if let problem = form.problem { throw problem }
    } catch {
      await discard(form.pictures)
      throw error
    }
    return Received(pictures: form.pictures, options: form.options)
  }

  /// Gives pictures up.
  func discard(_ pictures: [IncomingPicture]) async {
    for picture in pictures { await picture.discard() }
  }

  /// What has been seen of a form.
  private struct Form {
    enum Part {
      case none
      case picture(IncomingPicture)
      case field(String)
      case ignored
    }

    var options: UploadOptions
    /// The options that were named, in the query or in the form: each may be named once.
    var named: Set<String>
    var pictures: [IncomingPicture] = []
    var part = Part.none
    var field: [UInt8] = []
    /// The first thing wrong with the form as a whole; the rest of the body is read all the same.
    var problem: Problem?
  }

  /// A picture goes to another thread in few large pieces; a small one only once, to be published.
  private func take(_ bytes: ArraySlice<UInt8>, _ picture: IncomingPicture) async {
    if picture.gather(bytes) { await picture.acceptGathered() }
  }

  private func take(_ event: MultipartEvent, _ form: inout Form) async {
    guard form.problem == nil else { return }
    switch event {
    case .partBegan(let headers):
      // Of all pictures of a form, one at most has bytes in memory.
      await form.pictures.last?.acceptGathered()
      form.part = part(headers, &form)
    case .partData(let bytes):
      switch form.part {
      case .picture(let picture):
        await take(bytes, picture)
      case .field:
        if form.field.count + bytes.count <= Self.fieldLimit {
          form.field.append(contentsOf: bytes)
        } else {
          form.problem = Problem(.malformedRequest, .longField(limit: Self.fieldLimit))
        }
      case .ignored, .none: break
      }
    case .partEnded:
      if case .field(let name) = form.part {
        do throws(Problem) {
          try form.options.set(name, String(decoding: form.field, as: UTF8.self))
        } catch {
          form.problem = error
        }
      }
      form.part = .none
    case .finished: break
    }
  }

  private func part(_ headers: PartHeaders, _ form: inout Form) -> Form.Part {
    if let name = headers.filename {
      // A file field that was left empty.
      guard !name.isEmpty else { return .ignored }
      guard form.pictures.count < Self.fileLimit else {
        form.problem = Problem(.malformedRequest, .manyFiles(limit: Self.fileLimit))
        return .ignored
      }
      let picture = pictures.incoming(named: name)
      form.pictures.append(picture)
      return .picture(picture)
    }
    let known = UploadOptions.fields.map(\.name)
    guard known.contains(headers.name) else {
      form.problem = Problem(.malformedRequest, .unknownParameter(name: headers.name, known: known))
      return .ignored
    }
    guard form.named.insert(headers.name).inserted else {
      form.problem = Problem(.malformedRequest, .repeated(name: headers.name))
      return .ignored
    }
    form.field = []
    return .field(headers.name)
  }

  private func malformed(_ error: MultipartError) -> Problem {
    Problem(.malformedRequest, .malformedForm(code: error.code))
  }
}

extension Problem {
  /// What a body that cannot be read to its end means.
  init(body failure: RequestFailure) {
    switch failure {
    case .bodyLengthMismatch: self.init(.malformedRequest, .bodyLength)
    case .bodyTooLarge: self.init(.tooLarge)
    case .aborted, .timedOut, .stopped, .fileUnreadable, .fileChanged: self.init(.malformedRequest, .bodyCut)
    }
  }
}
