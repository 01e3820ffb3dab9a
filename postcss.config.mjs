// Styles are written with Tailwind's classes and the tokens of app/globals.css.
export default { plugins: { '@tailwindcss/postcss': {} } }
