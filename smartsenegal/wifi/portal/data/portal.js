(function(){
var h=document.getElementById("hand");
if(h)setTimeout(function(){h.submit()},1000);
var s=window.speechSynthesis,b=document.getElementById("listen"),l=document.documentElement.lang;
if(!s||!b||!window.SpeechSynthesisUtterance)return;
function voice(){return s.getVoices().filter(function(v){return v.lang.slice(0,2).toLowerCase()===l})[0]}
function show(){b.hidden=!voice()}
show();
if(s.addEventListener)s.addEventListener("voiceschanged",show);
b.onclick=function(){
if(s.speaking){s.cancel();return}
var p=document.querySelectorAll("h1,main p,dt,dd,main label,main button,main a,summary"),u,i,t;
for(i=0;i<p.length;i++){t=p[i].innerText;if(!t||p[i]===b||p[i].querySelector("a,button"))continue;
u=new SpeechSynthesisUtterance(t);u.lang=l;u.voice=voice();s.speak(u)}
};
})();
