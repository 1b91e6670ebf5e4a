<!doctype html>
<html>
<head><title><?php bloginfo('name'); ?></title><?php wp_head(); ?></head>
<body><h1><?php bloginfo('name'); ?></h1></body>
</html>
