/** The console: asks who is signed in, then shows the page that the address names. */

import "/assets/copy.js";
import { signedIn, onSignedOut } from "./session.js";
import { startRouter, showRoute } from "./router.js";
import { showSignIn } from "./sign-in.js";
import { loadWords } from "./words.js";

await loadWords();
onSignedOut(() => showSignIn(showRoute));
startRouter(async () => (await signedIn()) ?? void showSignIn(showRoute));
