// The page works without this. Nothing here may need the network.
'use strict';
(function () {
  document.documentElement.classList.add('scripted');
})();
