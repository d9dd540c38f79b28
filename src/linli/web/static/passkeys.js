// The button can be pressed once allauth's script, which comes before this one, listens to it: a press is never lost.
document.addEventListener("DOMContentLoaded", function () {
  var button = document.getElementById("passkey_button");
  if (button) {
    button.disabled = false;
  }
});

// Says in words that a passkey was not used; allauth's script tells only the console.
document.addEventListener("allauth.error", function (event) {
  var words = document.getElementById("passkey_failed");
  if (words) {
    event.preventDefault();
    words.hidden = false;
    words.scrollIntoView({ block: "nearest" });
  }
});
